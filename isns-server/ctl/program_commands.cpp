// The program itself: `sanctl`, `sanctl completion ...`, `sanctl reference`.
#include "isns-server/ctl/completion.h"
#include "isns-server/ctl/isns_commands.h"
#include "isns-server/ctl/reference.h"
#include "shared/ctl/context.h"

namespace ctl {
namespace {

Outcome printBashCompletion(const Invocation&, Context& context) {
  context.out << bashCompletion(context.tables);
  return {};
}

Outcome printZshCompletion(const Invocation&, Context& context) {
  context.out << zshCompletion(context.tables);
  return {};
}

Outcome printFishCompletion(const Invocation&, Context& context) {
  context.out << fishCompletion(context.tables);
  return {};
}

Outcome printReference(const Invocation&, Context& context) {
  context.out << referencePage(context.tables);
  return {};
}

// clang-format off
constexpr Option kOptions[] = {
  {"--help",    "", "print this page, or that of the command it stands with"},
  {"--version", "", "print the version"},
};
constexpr Example kBashExamples[] = {
  {"source <(sanctl completion bash)",                                         "for this shell"},
  {"sanctl completion bash > /usr/share/bash-completion/completions/sanctl",   "for all users"},
};
constexpr Example kZshExamples[] = {
  {"source <(sanctl completion zsh)",                                          "for this shell, after compinit"},
  {"sanctl completion zsh > /usr/local/share/zsh/site-functions/_sanctl",      "for all users"},
};
constexpr Example kFishExamples[] = {
  {"sanctl completion fish | source",                                          "for this shell"},
  {"sanctl completion fish > /etc/fish/completions/sanctl.fish",               "for all users"},
};
constexpr Example kReferenceExamples[] = {
  {"sanctl reference > sanctl.md", "write the page of all commands"},
};
constexpr Example kExamples[] = {
  {"sanctl isns list targets --server 10.0.0.1",  "the targets that this host may see"},
  {"sanctl isns dd --help",                       "the commands for discovery domains"},
};
constexpr Command kProgramCommands[] = {
  {"",                "the command line of Sanctum", "", kOptions, {}, kExamples, nullptr},
  {"completion",      "completion scripts for shells", "", {}, {}, {}, nullptr},
  {"completion bash", "print the completion script for bash", "", {}, {}, kBashExamples, printBashCompletion},
  {"completion zsh",  "print the completion script for zsh", "", {}, {}, kZshExamples, printZshCompletion},
  {"completion fish", "print the completion script for fish", "", {}, {}, kFishExamples, printFishCompletion},
  {"reference",       "print the page of all commands as Markdown", "", {}, {}, kReferenceExamples, printReference},
};
// clang-format on

}  // namespace

CommandTable programCommands() { return kProgramCommands; }

}  // namespace ctl
