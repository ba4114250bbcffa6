#include "isns-server/ctl/api_asking.h"

#include <algorithm>

#include "isns-server/ctl/api_text.h"

namespace ctl {

using base::Json;

Asked<Pages> allPages(ApiSession& session, ApiSession::Ask what, std::uint64_t limit) {
  constexpr std::uint64_t kPage = 1000;
  Pages pages;
  const std::size_t own = what.query.size();
  do {
    what.query.resize(own);
    what.query.emplace_back("limit", std::to_string(std::min(kPage, limit - pages.items.size())));
    const std::uint64_t cursor = numberOf(pages.last, "next_cursor");
    if (cursor != 0) what.query.emplace_back("cursor", std::to_string(cursor));
    auto page = session.ask(what);
    if (!page) return base::fail(page.error());
    pages.last = std::move(*page);
    for (const Json& item : listOf(pages.last, "items")) pages.items.push_back(item);
    pages.more = numberOf(pages.last, "next_cursor") != 0;
  } while (pages.more && pages.items.size() < limit);
  return pages;
}

void sayMore(const Pages& pages, std::string_view which, Context& context) {
  if (pages.more) context.err << "sanctl: there are more, " << which << " ones; --limit shows as many as you like\n";
}

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
