#compdef carikm
# Completion of carikm in zsh: eval "$(carikm completion zsh)", or as a file _carikm in a folder of $fpath.
# compadd quotes what is offered, so that nothing in a file's name acts on the shell; nothing here evaluates it.
_carikm() {
    local program=${(Q)words[1]} line kind=
    local -a before values shown
    (( CURRENT > 2 )) && before=("${(@Q)words[2,CURRENT-1]}")
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
        else
            values+=("${line%%$'\t'*}")
            shown+=("${line/$'\t'/  -- }")
        fi
    done < <("${program/#\~\//$HOME/}" completion zsh -- "${before[@]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)
    [[ $kind != words && $PREFIX == -*=* ]] && compset -P '*='
    case $kind in
        folders) _files -/ ;;
        files) _files ;;
        words) compadd -l -d shown -a values ;;
    esac
}
if [[ ${funcstack[1]} == _carikm ]]; then
    _carikm "$@"
else
    compdef _carikm carikm
fi
