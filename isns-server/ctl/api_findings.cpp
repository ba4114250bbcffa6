// finding list, show, waive, unwaive.
#include <algorithm>

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/change_steps.h"
#include "shared/base/clock.h"
#include "shared/base/printable.h"
#include "shared/base/time_text.h"
#include "shared/ctl/option_values.h"
#include "shared/ctl/views.h"
#include "shared/san/finding.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

constexpr std::uint64_t kDay = 86400;
constexpr std::uint64_t kUsualDays = 90;
constexpr std::uint64_t kMostDays = 3650;

constexpr ViewColumn kFindingColumns[] = {
    {"severity", "Severity", Shown::Painted},
    {"rule", "Rule"},
    {"subject", "About", Shown::Name},
    {"count", "Objects"},
    {"text", "Finding"},
    {"since", "Since", Shown::CsvOnly},
    {"mend", "Mend", Shown::CsvOnly},
    {"waived", "Waived", Shown::CsvOnly},
};

// The worst first, as people read them; those of one severity stay in the order of their rules.
Json worstFirst(const Json::Array& findings) {
  const auto rank = [](const Json& finding) {
    const auto severity = san::fromWord<san::Severity>(textOf(finding, "severity"));
    return severity ? -static_cast<int>(*severity) : 1;
  };
  Json::Array sorted = findings;
  std::ranges::stable_sort(sorted, [&](const Json& a, const Json& b) { return rank(a) < rank(b); });
  return sorted;
}

Asked<Json> askFindings(const Invocation& invocation, ApiSession& session, const std::string& rule) {
  const auto revision = momentOption(invocation);
  if (!revision) return base::fail(revision.error());
  return session.ask({Route::Findings,
                      {},
                      {{"rule", rule}, {"waived", invocation.has("--waived") ? "yes" : ""}, {"revision", *revision}}});
}

// "sanctl finding mend R05 lonely"
std::string mendCommand(const Json& finding) {
  const std::string subject = textOf(finding, "subject");
  return "sanctl finding mend " + textOf(finding, "rule") + (subject.empty() ? "" : " " + shellWord(subject));
}

}  // namespace

Outcome findingList(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto answer = askFindings(invocation, *session, optionText(invocation, "--rule"));
  if (!answer) return base::fail(answer.error());
  Output output = openOutput(invocation, context);
  const auto& findings = listOf(*answer, "findings");
  if (output.format() == Format::Json) {
    output.json(*answer);
  } else if (output.format() == Format::Table && findings.empty()) {
    context.out << "The rules found nothing that is open, at revision " << numberOf(*answer, "revision") << ".\n";
  } else {
    printList(output, worstFirst(findings), kFindingColumns);
    std::string end = "\n" + counted(numberOf(*answer, "open"), "finding is open", "findings are open");
    if (numberOf(*answer, "waived") > 0) end += ", " + std::to_string(numberOf(*answer, "waived")) + " waived";
    say(context, output, end + ". sanctl finding show RULE tells more of one.");
  }
  return listOutcome(invocation, findings.size());
}

Outcome findingShow(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const std::string rule = optionText(invocation, "RULE");
  const auto answer = askFindings(invocation, *session, rule);
  if (!answer) return base::fail(answer.error());
  const std::string about = optionText(invocation, "OBJECT");
  Json::Array found;
  for (const Json& finding : listOf(*answer, "findings")) {
    if (isAbout(finding, about)) found.push_back(finding);
  }
  Output output = openOutput(invocation, context);
  if (output.format() == Format::Json) {
    output.json(found);
  } else if (output.format() == Format::Csv) {
    printList(output, found, kFindingColumns);
  } else {
    bool first = true;
    for (const Json& finding : found) {
      if (!first) context.out << '\n';
      first = false;
      context.out << output.painted(textOf(finding, "severity")) << "  "
                  << output.bold(textOf(finding, "rule") + "  " + base::printable(textOf(finding, "title"))) << '\n';
      context.out << "  " << wrappedText(textOf(finding, "text"), 2, context) << '\n';
      Record record;
      for (const Json& fact : listOf(finding, "facts")) {
        record.push_back({"", base::printable(textOf(fact, "name")), memberOf(fact, "value")});
      }
      if (!listOf(finding, "objects").empty()) record.push_back({"", "objects", memberOf(finding, "objects")});
      if (numberOf(finding, "since") != 0)
        record.push_back({"", "since", Json("revision " + std::to_string(numberOf(finding, "since")))});
      if (const std::string controls = memberOf(finding, "controls").plain(); !controls.empty() && controls != "null") {
        record.push_back({"", "controls", Json(controls)});
      }
      output.record(record);
      if (const std::string mend = textOf(finding, "mend"); !mend.empty()) {
        context.out << "  mend: " << wrappedText(mend, 8, context) << '\n';
        if (!listOf(finding, "edits").empty()) {
          context.out << "    " << mendCommand(finding) << '\n';
        }
      }
    }
  }
  if (found.empty())
    return base::fail(Failure{
        Exit::Empty, rule, "the rule found nothing that is open" + (about.empty() ? "" : " about " + about), {}});
  return {};
}

namespace {

// Until when a waiver holds: --until, or --days from now.
Asked<std::uint64_t> waiverEnd(const Invocation& invocation, Context& context) {
  const auto now = static_cast<std::uint64_t>(base::unixSeconds(context.now().wall));
  if (const auto text = invocation.one("--until")) {
    const auto time = base::parseTime(*text);
    const auto end = time ? static_cast<std::uint64_t>(std::max<std::int64_t>(0, base::unixSeconds(*time))) : 0;
    if (end > now) return end;
    return base::fail(usageFailure("--until", "\"" + std::string(*text) + "\" is no time to come",
                                   "as in 2027-01-31T00:00:00Z"));
  }
  const auto days = countOption(invocation, "--days");
  if (!days) return base::fail(days.error());
  if (days->value_or(kUsualDays) > kMostDays)
    return base::fail(usageFailure("--days", "a waiver ends within ten years", "findings come back when it ends"));
  return now + days->value_or(kUsualDays) * kDay;
}

// The object of OBJECT, empty with --all: a rule as a whole is waived only where that was said. A name is that of an
// object which the rule speaks about, as finding list prints it, else of any.
Asked<std::string> waivedObject(const Invocation& invocation, ApiSession& session) {
  const std::string typed = optionText(invocation, "OBJECT");
  if (typed.empty() != invocation.has("--all")) {
    return base::fail(usageFailure(std::string(invocation.command().path), "say about which object",
                                   "an OBJECT, or --all for whatever the rule finds"));
  }
  if (typed.empty()) return std::string{};
  const auto found =
      session.ask({Route::Findings, {}, {{"rule", optionText(invocation, "RULE")}, {"waived", "yes"}}});
  if (!found) return base::fail(found.error());
  for (const Json& finding : listOf(*found, "findings")) {
    if (isAbout(finding, typed)) return textOf(finding, "subject");
  }
  return findRef(session, typed, {});
}

}  // namespace

Outcome findingWaive(const Invocation& invocation, Context& context) {
  const std::string reason = optionText(invocation, "--reason");
  if (reason.empty())
    return base::fail(
        usageFailure("finding waive", "a reason is missing", "--reason 'WHY' stands in the waiver and the audit log"));
  const auto end = waiverEnd(invocation, context);
  if (!end) return base::fail(end.error());
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto subject = waivedObject(invocation, *session);
  if (!subject) return base::fail(subject.error());
  const std::string rule = optionText(invocation, "RULE");
  const std::string waiver = "waiver:+0";
  Json::Array edits{editJson("create", waiver), editJson("set", waiver, "rule", rule),
                    editJson("set", waiver, "reason", reason), editJson("set", waiver, "expires", *end)};
  if (!subject->empty()) edits.push_back(editJson("set", waiver, "subject", *subject));
  return draftAndFinish(invocation, context, *session,
                        "Waive " + rule + (subject->empty() ? "" : " about " + std::string(nameOfRef(*subject))),
                        std::move(edits));
}

Outcome findingUnwaive(const Invocation& invocation, Context& context) {
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto subject = waivedObject(invocation, *session);
  if (!subject) return base::fail(subject.error());
  const std::string rule = optionText(invocation, "RULE");
  const auto waivers = listAll(*session, "waivers", {}, {}, 100'000);
  if (!waivers) return base::fail(waivers.error());
  Json::Array edits;
  for (const Json& waiver : listOf(*waivers, "items")) {
    if (textOf(waiver, "rule") == rule && textOf(waiver, "subject") == *subject)
      edits.push_back(editJson("erase", textOf(waiver, "ref")));
  }
  if (edits.empty()) {
    return base::fail(Failure{Exit::Empty, rule,
                              "no waiver is like that" + (subject->empty() ? "" : ": about " + *subject),
                              "sanctl list waivers shows all"});
  }
  return draftAndFinish(invocation, context, *session, "End the waiver of " + rule, std::move(edits));
}

}  // namespace ctl
