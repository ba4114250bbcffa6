// finding mend: the edits that end findings, as one draft.
#include <algorithm>
#include <map>
#include <utility>

#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_objects.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/change_steps.h"
#include "isns-server/ctl/mend_join.h"
#include "shared/ctl/views.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

// What was asked for: what a rule found about an object, its only finding (no object), or all (`every`).
struct Wanted {
  std::string rule;
  std::string about;
  bool every = false;
};

bool isRule(std::string_view word) {
  return word.size() == 3 && word[0] == 'R' && word.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

std::string named(const std::string& rule, const std::string& about) {
  return rule + (about.empty() ? "" : " about " + about);
}

// "R05 lonely other R06": objects follow their rule.
Asked<std::vector<Wanted>> wantedOf(const Invocation& invocation) {
  std::vector<Wanted> all;
  bool open = false;  // the last rule has no object yet
  for (const std::string_view word : invocation.all("FINDING")) {
    if (isRule(word)) {
      all.push_back({std::string(word), {}, false});
      open = true;
    } else if (all.empty()) {
      return base::fail(usageFailure(std::string(word), "a rule is missing before it",
                                     "R01 to R23, then what it found: sanctl finding list shows both"));
    } else if (std::exchange(open, false)) {
      all.back().about = word;
    } else {
      all.push_back({all.back().rule, std::string(word), false});
    }
  }
  for (const std::string_view rule : invocation.all("--rule")) all.push_back({std::string(rule), {}, true});
  if (all.empty()) return base::fail(usageFailure("finding mend", "say which finding", "RULE and OBJECT, or --rule RULE"));
  return all;
}

// The findings that are meant, each once, in their order. One that cannot be mended is a failure where it was named, and
// left out of all of a rule.
class Selection {
 public:
  explicit Selection(ApiSession& session) : session_(session) {}

  Outcome add(const Wanted& wanted) {
    const auto answer = findingsOf(wanted.rule);
    if (!answer) return base::fail(answer.error());
    std::vector<const Json*> found, mendable;
    for (const Json& finding : listOf(**answer, "findings")) {
      if (!isAbout(finding, wanted.about)) continue;
      found.push_back(&finding);
      if (!listOf(finding, "edits").empty()) mendable.push_back(&finding);
    }
    const std::string name = named(wanted.rule, wanted.about);
    if (found.empty())
      return base::fail(Failure{Exit::Empty, name, "the rule found nothing of that kind that is open", {}});
    if (wanted.every) {
      for (const Json* finding : found)
        if (listOf(*finding, "edits").empty()) left_.push_back(nameOf(*finding) + ": no change set can end it by itself");
    }
    if (mendable.empty())
      return base::fail(
          Failure{Exit::Refused, name, "no change set can end it by itself", textOf(*found.front(), "mend")});
    if (mendable.size() > 1 && !wanted.every) return several(name, mendable);
    for (const Json* finding : mendable) take(*finding);
    return {};
  }
  [[nodiscard]] const std::vector<Mend>& mends() const { return mends_; }
  [[nodiscard]] const std::vector<std::string>& left() const { return left_; }

 private:
  static std::string nameOf(const Json& finding) {
    return named(textOf(finding, "rule"), std::string(nameOfRef(textOf(finding, "subject"))));
  }
  void take(const Json& finding) {
    std::string name = nameOf(finding);
    const bool twice = std::ranges::any_of(seen_, [&](const Json* one) { return one == &finding; });
    if (twice) return;
    seen_.push_back(&finding);
    mends_.push_back({std::move(name), listOf(finding, "edits")});
  }
  static Outcome several(const std::string& name, const std::vector<const Json*>& mendable) {
    constexpr std::size_t kShown = 5;
    std::string all;
    for (std::size_t i = 0; i < mendable.size() && i < kShown; ++i)
      all += (i == 0 ? "" : ", ") + textOf(*mendable[i], "subject");
    return base::fail(usageFailure(name, counted(mendable.size(), "finding", "findings") + " can be mended",
                                   "say about which objects: " + all + (mendable.size() > kShown ? ", ..." : "") +
                                       "; or --rule for all of them"));
  }
  Asked<const Json*> findingsOf(const std::string& rule) {
    const auto known = answers_.find(rule);
    if (known != answers_.end()) return &known->second;
    auto answer = session_.ask({Route::Findings, {}, {{"rule", rule}}});
    if (!answer) return base::fail(answer.error());
    return &answers_.emplace(rule, std::move(*answer)).first->second;
  }

  ApiSession& session_;
  std::map<std::string, Json> answers_;
  std::vector<const Json*> seen_;
  std::vector<Mend> mends_;
  std::vector<std::string> left_;
};

}  // namespace

Outcome findingMend(const Invocation& invocation, Context& context) {
  const auto wanted = wantedOf(invocation);
  if (!wanted) return base::fail(wanted.error());
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  Selection selection(*session);
  for (const Wanted& one : *wanted) {
    if (auto added = selection.add(one); !added) return added;
  }
  JoinedMends joined = joinMends(selection.mends());
  for (const auto* list : {&selection.left(), &std::as_const(joined.left)}) {
    for (const std::string& one : *list) context.err << "Left out: " << wrappedText(one, 10, context) << '\n';
  }
  std::string title = "Mend " + joined.taken.front();
  if (joined.taken.size() > 1) {
    const bool oneRule = std::ranges::all_of(*wanted, [&](const Wanted& one) { return one.rule == wanted->front().rule; });
    title = "Mend " + std::to_string(joined.taken.size()) + " findings" + (oneRule ? " of " + wanted->front().rule : "");
  }
  return draftAndFinish(invocation, context, *session, title, std::move(joined.edits));
}

}  // namespace ctl
