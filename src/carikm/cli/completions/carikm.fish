# Completion of carikm in fish: carikm completion fish | source
# fish quotes what is offered, so that nothing in a file's name acts on the shell; nothing here evaluates it.
function __carikm_complete
    set -l before (commandline -opc)
    set -l token (commandline -ct)
    set -l current (string unescape -- $token 2>/dev/null; or string trim --left --chars '"\'' -- $token)
    set -l program (string replace --regex '^~/' "$HOME/" -- $before[1])
    set -e before[1]
    set -l lines ($program completion fish -- $before "$current" 2>/dev/null </dev/null)
    set -l kind $lines[1]
    set -e lines[1]
    set -l head (string match --regex '^-[^=]*=' -- $token)
    switch "$kind"
        case folders
            for folder in (__fish_complete_directories (string replace --regex '^-[^=]*=' '' -- $token))
                printf '%s\n' "$head$folder"
            end
        case files
            __fish_complete_path $token
        case words
            printf '%s\n' $lines
    end
end
complete --command carikm --no-files --arguments '(__carikm_complete)'
