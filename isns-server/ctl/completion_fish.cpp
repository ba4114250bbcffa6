#include "isns-server/ctl/completion.h"
#include "isns-server/ctl/completion_tables.h"

namespace ctl {
namespace {

constexpr std::string_view kFishHead = R"FISH(# fish completion of sanctl, made by "sanctl completion fish".

)FISH";

constexpr std::string_view kFishBody = R"FISH(
# A line for each word: the word, and what it means.
function __sanctl_described
    for word in (string split -n ' ' -- $argv[2])
        printf '%s\t%s\n' $word (__sanctl_about (string trim -- "$argv[1] $word"))
    end
end

function __sanctl_words
    string split -n ' ' -- $argv[1]
end

# Words for the last item of a list with commas: what stands before the last comma is kept.
function __sanctl_list
    set -l begun (string match -r '^.*,' -- $argv[2])
    for word in (__sanctl_words $argv[1])
        echo "$begun$word"
    end
end

function __sanctl_values
    switch "$argv[1]"
        case @file
            __fish_complete_path $argv[2]
        case @field
            __sanctl_words $__sanctl_fields
        case @fields
            __sanctl_list $__sanctl_fields "$argv[2]"
        case @bits
            __sanctl_list $__sanctl_bits "$argv[2]"
        case '@field='
            set -l field (string match -r '^[^=]*=' -- $argv[2])
            if test -n "$field"
                for word in (__sanctl_words (__sanctl_named (string trim -r -c = -- $field)))
                    echo "$field$word"
                end
            else
                for word in (__sanctl_words $__sanctl_fields)
                    echo "$word="
                end
            end
        case '*'
            __sanctl_words "$argv[1]"
    end
end

function __sanctl_complete
    set -l given (commandline -opc)
    set -l current (commandline -ct)
    set -l verb ''
    set -l skip ''
    set -l positionals 0
    for word in $given[2..-1]
        if test -n "$skip"
            set skip ''
        else if string match -q -- '-*' $word
            set -l value (__sanctl_value "$verb "(string replace -r '=.*' '' -- $word))
            if test "$value" != -; and not string match -q -- '*=*' $word
                set skip $word
            end
        else if contains -- $word (__sanctl_words (__sanctl_commands "$verb"))
            set verb (string trim -- "$verb $word")
        else
            set positionals (math $positionals + 1)
        end
    end
    if test -n "$skip"
        __sanctl_values (__sanctl_value "$verb $skip") "$current"
    else if string match -q -- '-*' "$current"
        __sanctl_described "$verb" (__sanctl_options "$verb")
    else
        set -l commands (__sanctl_commands "$verb")
        if test -n "$commands"
            __sanctl_described "$verb" "$commands"
        else
            __sanctl_values (__sanctl_positional "$verb $positionals") "$current"
        end
    end
end

complete -c sanctl -f -a '(__sanctl_complete)'
)FISH";

// In fish's single quotes \ and ' are escaped by \.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string switchFunction(std::string_view name, const std::vector<CompletionCase>& cases) {
  std::string out = "function " + std::string(name) + "\n    switch \"$argv[1]\"\n";
  for (const CompletionCase& one : cases) {
    out += "        case " + quoted(one.at);
    if (one.many) out += ' ' + quoted(one.at.substr(0, one.at.rfind(' ') + 1) + "*");
    out += "\n            echo " + quoted(one.words) + "\n";
  }
  return out + "        case '*'\n            echo ''\n    end\nend\n";
}

}  // namespace

std::string fishCompletion(std::span<const CommandTable> tables) {
  const CompletionTables rows = completionTables(tables);
  return std::string(kFishHead) + "set -g __sanctl_fields " + quoted(rows.fields) + "\nset -g __sanctl_bits " +
         quoted(rows.bits) + "\n\n" + switchFunction("__sanctl_commands", rows.commands) +
         switchFunction("__sanctl_options", rows.options) + switchFunction("__sanctl_value", rows.values) +
         switchFunction("__sanctl_positional", rows.positionals) + switchFunction("__sanctl_named", rows.named) +
         switchFunction("__sanctl_about", rows.about) + std::string(kFishBody);
}

}  // namespace ctl
