// Filters: the normal spelling of any filter is the same question, and evaluation is what its parts say.
#include <gtest/gtest.h>

#include <random>

#include "shared/san/filter_attributes.h"
#include "shared/san/filter_match.h"
#include "tests/support/synthetic_san.h"

using namespace san;

namespace {

class FilterMaker {
 public:
  explicit FilterMaker(std::uint32_t seed) : random_(seed) {}

  // Mostly right, of any shape.
  std::string question(unsigned depth) {
    switch (below(depth == 0 ? 2 : 7)) {
      case 0:
        return word();
      case 1:
        return condition();
      case 2:
        return question(depth - 1) + blank() + question(depth - 1);
      case 3:
        return question(depth - 1) + " OR " + question(depth - 1);
      case 4:
        return "(" + maybeBlank() + question(depth - 1) + maybeBlank() + ")";
      case 5:
        return pick({"-", "NOT ", "- ", "-("}) == "-(" ? "-(" + question(depth - 1) + ")" : "-" + question(depth - 1);
      default:
        return question(depth - 1) + " AND " + question(depth - 1);
    }
  }
  // Anything that the language's bytes can make.
  std::string soup() {
    std::string all;
    for (std::size_t i = 0, end = below(12); i < end; ++i) {
      all += pick({"a",     "kind", ":",    "=", "!=", "~",    ">",         ">=",      "<",    "host",
                   "\"",    "\\",   "(",    ")", " ",  "-",    "OR",        "AND",     "NOT",  ",",
                   "bytes", "1TiB", "name", "*", "::", "fd00", "label:PCI", "\"x y\"", " OR ", "yes"});
    }
    return all;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string pick(std::initializer_list<const char*> all) { return *(all.begin() + below(all.size())); }
  std::string blank() { return pick({" ", "  ", "\t"}); }
  std::string maybeBlank() { return pick({"", " "}); }
  std::string word() {
    return pick({"web", "host0001", "\"a b\"", "\"OR\"", "\"-x\"", "iqn.2026-01.com.example:host00001", "fe80::1",
                 "\"\"", "10.0.0.1:3260", "\"kind:host\"", "\"q\\\"q\"", "\"b\\\\\"", "a,b", "fd00:1:2", "*"});
  }
  std::string condition() {
    return pick({"kind:host",
                 "kind:node,host",
                 "kind!=map",
                 "KIND:Zone",
                 "label:PCI",
                 "label!=pci",
                 "site:\"Zurich 1\"",
                 "name:host*",
                 "name~\"1\"",
                 "name=\":x\"",
                 "name:\",\"",
                 "bytes>1TiB",
                 "lun:0..3",
                 "registered:no",
                 "chap>=one-way",
                 "chap!=none",
                 "has:site",
                 "Changed_Since:rev3",
                 "id<=5",
                 "host:host00003",
                 "domain:zone-host00002",
                 "address:10.0.0.0/16",
                 "set_at<30d",
                 "right:read-only",
                 "who~cluster",
                 "vlan:100"});
  }
  std::mt19937 random_;
};

void checkRoundTrip(const std::string& text, std::size_t& right) {
  const auto filter = Filter::parse(text);
  if (!filter) {
    EXPECT_LE(filter.error().at + filter.error().length, text.size()) << text;
    EXPECT_FALSE(filter.error().text.empty()) << text;
    return;
  }
  ++right;
  const std::string normal = filter->text();
  EXPECT_LE(normal.size(), text.size()) << text;
  const auto again = Filter::parse(normal);
  ASSERT_TRUE(again.ok()) << text << " became " << normal << ": " << again.error().text;
  EXPECT_EQ(again->root(), filter->root()) << text << " became " << normal;
  EXPECT_EQ(again->text(), normal) << text;
}

TEST(FilterRoundTrip, TheNormalSpellingIsTheSameQuestion) {
  std::size_t right = 0;
  FilterMaker maker(11);
  for (int i = 0; i < 20'000; ++i) checkRoundTrip(maker.question(4), right);
  EXPECT_GT(right, 19'000U) << "the questions are mostly right";
  right = 0;
  for (int i = 0; i < 50'000; ++i) checkRoundTrip(maker.soup(), right);
  EXPECT_GT(right, 2'000U);
}

// The oracle for the logic: what All, Any and Not hold for, from what their parts hold for, each bound alone.
std::vector<ObjectRef> oracle(const Snapshot& snapshot, const FilterNode& node,
                              const std::vector<ObjectRef>& everything) {
  const auto isIn = [](const std::vector<ObjectRef>& refs, ObjectRef ref) {
    return std::binary_search(refs.begin(), refs.end(), ref);
  };
  using Type = FilterNode::Type;
  if (node.type == Type::Condition || node.type == Type::Word) {
    std::vector<ObjectRef> found;
    const auto matcher = FilterMatcher::bind(Filter::of(node), snapshot);
    for (ObjectRef ref : everything) {
      if (matcher->matches(ref, *snapshot.get(ref))) found.push_back(ref);
    }
    return found;
  }
  std::vector<std::vector<ObjectRef>> parts;
  for (const FilterNode& child : node.children) parts.push_back(oracle(snapshot, child, everything));
  std::vector<ObjectRef> found;
  for (ObjectRef ref : everything) {
    const auto holds = [&](const std::vector<ObjectRef>& part) { return isIn(part, ref); };
    const bool all = std::all_of(parts.begin(), parts.end(), holds);
    const bool any = std::any_of(parts.begin(), parts.end(), holds);
    if (node.type == Type::All ? all : node.type == Type::Any ? any : !any) found.push_back(ref);
  }
  return found;
}

TEST(FilterRoundTrip, EvaluationIsWhatThePartsSayAndAnIndexChangesNothing) {
  test::SyntheticPlan plan;
  plan.hosts = 12;
  plan.targets = 4;
  plan.units = 12;
  const Snapshot snapshot = test::syntheticSan(plan).snapshot;
  std::vector<ObjectRef> everything;
  forEachKind([&]<class T>(T*) {
    snapshot.table<T>().forEach([&](Id id, const T&) { everything.push_back({T::kKind, id}); });
  });
  const SearchIndex index(snapshot);
  FilterHooks hooks;
  hooks.search = &index;
  FilterMaker maker(12);
  std::size_t some = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string text = maker.question(3);
    const auto filter = Filter::parse(text);
    if (!filter) continue;
    const auto wanted = oracle(snapshot, filter->root(), everything);
    EXPECT_EQ(FilterMatcher::bind(*filter, snapshot)->all(), wanted) << text;
    EXPECT_EQ(FilterMatcher::bind(*filter, snapshot, hooks)->all(), wanted) << text;
    some += !wanted.empty() && wanted.size() < everything.size() ? 1U : 0U;
  }
  EXPECT_GT(some, 150U) << "the questions tell objects apart";
}

}  // namespace
