# fish asks the program itself what may stand next. A line is a word, a tab and its meaning, or :ENDING for files.
function __gatepost_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] complete $words[2..-1] "$current" 2>/dev/null)
        if string match -q ':*' -- $line
            __fish_complete_suffix .(string sub -s 2 -- $line)
        else
            printf '%s\n' $line
        end
    end
end
complete -c gatepost -f -a '(__gatepost_complete)'
