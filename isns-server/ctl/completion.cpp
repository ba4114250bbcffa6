#include "isns-server/ctl/completion.h"

#include <algorithm>

#include "isns-server/ctl/command_line.h"
#include "shared/isns/value_names.h"

namespace ctl {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

std::string_view lastWord(std::string_view path) { return path.substr(path.rfind(' ') + 1); }

std::vector<std::string> fields(std::string_view suffix) {
  std::vector<std::string> words;
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    if (row.kind != isns::ValueKind::None) words.push_back(std::string(row.field) + std::string(suffix));
  }
  return words;
}

std::vector<std::string> scnBits() {
  std::vector<std::string> words;
  for (const isns::ValueName& name : isns::valueNames(isns::tag::kScnBitmap)) words.emplace_back(name.name);
  return words;
}

// What may stand for a value: words after "=", or "@file", "@list WORDS", "@field=" for the script's own rules.
std::string valueWords(Words words, std::span<const std::string_view> choices) {
  if (!choices.empty()) return joined({choices.begin(), choices.end()});
  switch (words) {
    case Words::File:
      return "@file";
    case Words::Field:
      return "@field";
    case Words::FieldList:
      return "@fields";
    case Words::FieldValue:
      return "@field=";
    case Words::Bits:
      return "@bits";
    case Words::None:
      break;
  }
  return {};
}

void appendCase(std::string& out, const std::string& pattern, const std::string& words) {
  out += "    '" + pattern + "') words='" + words + "' ;;\n";
}

constexpr std::string_view kHead =
    R"BASH(# bash completion of sanctl, made by "sanctl completion bash".
# shellcheck shell=bash disable=SC2207

)BASH";

constexpr std::string_view kBody = R"BASH(
# Words for the last item of a list with commas: what stands before the last comma is kept.
_sanctl_list() {
  local done=''
  [[ $cur == *,* ]] && done=${cur%,*},
  COMPREPLY=($(compgen -P "$done" -W "$1" -- "${cur##*,}"))
}

_sanctl_values() {
  case $1 in
    @file) COMPREPLY=($(compgen -f -- "$cur")) ;;
    @field) COMPREPLY=($(compgen -W "$_sanctl_fields" -- "$cur")) ;;
    @fields) _sanctl_list "$_sanctl_fields" ;;
    @field=)
      if [[ $cur == *=* ]]; then
        local values
        values=$(_sanctl_named "${cur%%=*}")
        COMPREPLY=($(compgen -W "$values" -- "${cur#*=}"))
        [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/${cur%%=*}=}")
      else
        COMPREPLY=($(compgen -S = -W "$_sanctl_fields" -- "$cur"))
      fi
      compopt -o nospace 2>/dev/null
      ;;
    @bits) _sanctl_list "$_sanctl_bits" ;;
    *) COMPREPLY=($(compgen -W "$1" -- "$cur")) ;;
  esac
}

_sanctl() {
  local cur prev path='' words='' i word skip='' positionals=0
  local -a line given=()
  COMPREPLY=()
  # bash breaks words at "="; put field=value together again.
  line=("${COMP_WORDS[@]:0:COMP_CWORD+1}")
  for ((i = 0; i < ${#line[@]}; i++)); do
    if ((${#given[@]})) && [[ ${line[i]} == '=' || ${given[-1]} == *= ]]; then
      given[-1]+=${line[i]}
    else
      given+=("${line[i]}")
    fi
  done
  cur=${given[-1]}
  prev=${given[-2]}
  for ((i = 1; i < ${#given[@]} - 1; i++)); do
    word=${given[i]}
    if [[ $skip ]]; then
      skip=''
    elif [[ $word == -* ]]; then
      words=$(_sanctl_value "$path" "${word%%=*}")
      [[ $words != - && $word != *=* ]] && skip=1
    elif [[ " $(_sanctl_commands "$path") " == *" $word "* ]]; then
      path="${path:+$path }$word"
    else
      positionals=$((positionals + 1))
    fi
  done
  if [[ $skip ]]; then
    _sanctl_values "$(_sanctl_value "$path" "$prev")"
  elif [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$(_sanctl_options "$path")" -- "$cur"))
  else
    words=$(_sanctl_commands "$path")
    [[ $words ]] || words=$(_sanctl_positional "$path" "$positionals")
    _sanctl_values "$words"
  fi
}

complete -F _sanctl sanctl
)BASH";

}  // namespace

std::string bashCompletion(std::span<const CommandTable> tables) {
  std::string commands;
  std::string options;
  std::string values;
  std::string positionals;
  for (const CommandTable table : tables) {
    for (const Command& command : table) {
      const std::string path(command.path);
      std::vector<std::string> below;
      for (const Command* row : subcommands(tables, command.path)) below.emplace_back(lastWord(row->path));
      if (!below.empty()) appendCase(commands, path, joined(below));

      std::vector<const Command*> rows{&command};
      for (const Command* group : groupsOf(tables, command)) rows.push_back(group);
      std::vector<std::string> names;
      for (const Command* row : rows) {
        for (const Option* option : ownOptions(*row)) {
          names.emplace_back(option->name);
          const bool flag = option->value.empty();
          // An option of the command hides one of its groups: the first line of a case counts.
          appendCase(values, path + " " + std::string(option->name),
                     flag ? "-" : valueWords(option->words, option->choices));
        }
      }
      appendCase(options, path, joined(names));
      for (std::size_t i = 0; i < command.positionals.size(); ++i) {
        const Positional& positional = command.positionals[i];
        const std::string words = valueWords(positional.words, positional.choices);
        if (words.empty()) continue;
        const std::string pattern = path + " " + std::to_string(i);
        appendCase(positionals, pattern, words);
        if (positional.many) positionals += "    '" + path + " '*) words='" + words + "' ;;\n";
      }
    }
  }
  std::string named;
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    std::vector<std::string> names;
    for (const isns::ValueName& name : isns::valueNames(row.tag)) names.emplace_back(name.name);
    if (!names.empty()) appendCase(named, std::string(row.field), joined(names));
  }
  const auto function = [](std::string_view name, std::string_view argument, const std::string& cases) {
    return std::string(name) + "() {\n  local words=''\n  case \"" + std::string(argument) + "\" in\n" + cases +
           "  esac\n  printf '%s' \"$words\"\n}\n";
  };
  return std::string(kHead) + "_sanctl_fields='" + joined(fields("")) + "'\n_sanctl_bits='" + joined(scnBits()) +
         "'\n\n" + function("_sanctl_commands", "$1", commands) + function("_sanctl_options", "$1", options) +
         function("_sanctl_value", "$1 $2", values) + function("_sanctl_positional", "$1 $2", positionals) +
         function("_sanctl_named", "$1", named) + std::string(kBody);
}

}  // namespace ctl
