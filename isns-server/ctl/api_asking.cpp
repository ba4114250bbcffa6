#include "isns-server/ctl/api_asking.h"

#include "isns-server/ctl/api_text.h"

namespace ctl {

using base::Json;

Outcome printItems(const Invocation& invocation, Context& context, const ApiSession::Ask& what,
                   std::span<const ViewColumn> columns, std::string_view none) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto answer = session->ask(what);
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  const auto& items = listOf(*answer, "items");
  if (output.format() == Format::Table && items.empty()) {
    context.out << none << '\n';
  } else {
    printList(output, memberOf(*answer, "items"), columns);
  }
  return listOutcome(invocation, items.size());
}

Outcome does(const Invocation& invocation, Context& context, const ApiSession::Ask& what, const std::string& done) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto answer = session->ask(what);
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Json && !answer->isNull()) output.json(*answer);
  say(context, output, done);
  return {};
}

Outcome reasonGiven(const Invocation& invocation) {
  if (!optionText(invocation, "--reason").empty()) return {};
  return base::fail(usageFailure(std::string(invocation.command().path), "a reason is missing",
                                 "--reason 'WHY' goes to the audit log"));
}

Outcome confirmed(const Invocation& invocation, Context& context, std::string_view warning) {
  if (invocation.has("--yes")) return {};
  const std::string command(invocation.command().path);
  if (!context.machine->asksTerminal()) {
    return base::fail(usageFailure(command, "there is no terminal to ask on whether it is meant", "say so with --yes"));
  }
  context.err << wrappedText(warning, 0, context) << '\n';
  const auto answer = context.machine->askLine("Type yes to go on: ");
  if (answer && *answer == "yes") return {};
  return base::fail(Failure{Exit::Usage, command, "it was not confirmed; nothing was sent", {}});
}

}  // namespace ctl
