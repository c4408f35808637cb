# Completion of carikm in bash: eval "$(carikm completion bash)"
# carikm quotes what it offers, so that nothing in a file's name acts on the shell; nothing here evaluates it.
_carikm() {
    local line kind=
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
    done < <("${1/#\~\//$HOME/}" completion bash -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null </dev/null)
    case $kind in
        folders) compopt -o filenames -o dirnames 2>/dev/null ;;
        files) compopt -o filenames -o default 2>/dev/null ;;
    esac
}
complete -F _carikm carikm
