#include "shared/san/search.h"

#include <gtest/gtest.h>

#include "shared/base/ascii_case.h"
#include "tests/support/san_builder.h"
#include "tests/support/synthetic_san.h"

using namespace test;

namespace {

std::vector<std::string> found(const Snapshot& snapshot, std::string_view text, std::size_t limit = 20) {
  std::vector<std::string> all;
  for (const SearchHit& hit : SearchIndex(snapshot).find(text, limit).hits)
    all.push_back(refText(snapshot, hit.object));
  return all;
}
using Texts = std::vector<std::string>;

struct SearchTest : testing::Test {
  SanBuilder san;
};

TEST_F(SearchTest, FindsNamesAliasesAddressesDesignatorsNotesAndLabels) {
  const Id target = san.target("iqn.2026-01.example:array");
  san.set({Kind::Node, target}, "alias", std::string("Gold Array"));
  const Id portal = san.portal("10.9.8.7:3260", 0);
  san.set({Kind::Portal, portal}, "note", std::string("rack 7 upper switch"));
  san.unit("naa.60001234abcd", target, 0);
  san.create(Kind::Label, {{"name", std::string("PCI")}});
  const Id zone = san.zone("zone1", {target});
  san.add({Kind::Domain, zone}, "labels", {Kind::Label, 1});
  EXPECT_EQ(found(san.done(), "gold"), Texts{"node:iqn.2026-01.example:array"});
  EXPECT_EQ(found(san.done(), "10.9.8"), Texts{"portal:10.9.8.7:3260/tcp"});
  EXPECT_EQ(found(san.done(), "upper"), Texts{"portal:10.9.8.7:3260/tcp"});
  EXPECT_EQ(found(san.done(), "1234ABCD"), Texts{"logical-unit:naa.60001234abcd"});
  EXPECT_EQ(found(san.done(), "pci"), (Texts{"label:PCI", "domain:zone1"}));
  EXPECT_EQ(found(san.done(), "eid:iqn"), Texts{"entity:eid:iqn.2026-01.example:array"});
  EXPECT_EQ(found(san.done(), "nothing like this"), Texts{});
}

TEST_F(SearchTest, FindsSubnets) {
  san.create(Kind::Network, {{"name", std::string("blue")}, {"subnets", Texts{"192.168.7.0/24"}}});
  EXPECT_EQ(found(san.done(), "192.168.7"), Texts{"network:blue"});
}

TEST_F(SearchTest, AnObjectIsFoundByItsKindAndNumber) {
  for (const char* name : {"a", "b", "c", "d 3"}) san.domain(name, {});
  EXPECT_EQ(found(san.done(), "domain 3").front(), "domain:c");
  EXPECT_EQ(SearchIndex(san.done()).find("domain 3", 1).hits.front().match, Match::Exact);
}

TEST_F(SearchTest, AllWordsMustBeFoundInAnyOrder) {
  for (const char* name : {"red house", "house of red bricks", "red car"})
    san.create(Kind::Site, {{"name", std::string(name)}});
  EXPECT_EQ(found(san.done(), "  house   RED "), (Texts{"site:red house", "site:house of red bricks"}));
  EXPECT_EQ(found(san.done(), "red house"), (Texts{"site:red house", "site:house of red bricks"}));
}

TEST_F(SearchTest, AWordOfOneObjectDoesNotJoinThatOfTheNext) {
  for (const char* name : {"alpha", "beta"}) san.create(Kind::Site, {{"name", std::string(name)}});
  EXPECT_EQ(found(san.done(), "alpha beta"), Texts{});
}

TEST_F(SearchTest, RanksExactThenPrefixThenWordBeginThenInside) {
  for (const char* name : {"xweb", "a web", "webster", "web", "webs"})
    san.create(Kind::Site, {{"name", std::string(name)}});
  EXPECT_EQ(found(san.done(), "web"), (Texts{"site:web", "site:webs", "site:webster", "site:a web", "site:xweb"}));
  const auto hits = SearchIndex(san.done()).find("web", 10).hits;
  EXPECT_EQ(hits[0].match, Match::Exact);
  EXPECT_EQ(hits[2].match, Match::Prefix);
  EXPECT_EQ(hits[3].match, Match::WordBegin);
  EXPECT_EQ(hits[4].match, Match::Inside);
}

TEST_F(SearchTest, AMatchInTheNameIsBeforeOneElsewhere) {
  san.set({Kind::Node, san.target("iqn.2026-01.a:b")}, "alias", std::string("web one"));
  san.create(Kind::Site, {{"name", std::string("web one two three four five")}});
  EXPECT_EQ(found(san.done(), "web").front(), "site:web one two three four five");
}

TEST_F(SearchTest, OfEqualMatchesHostsComeFirst) {
  san.create(Kind::Site, {{"name", std::string("web")}});
  san.entity("web");
  san.create(Kind::Host, {{"name", std::string("web")}});
  EXPECT_EQ(found(san.done(), "web"), (Texts{"host:web", "entity:web", "site:web"}));
}

TEST_F(SearchTest, ABoundedResultSaysHowManyThereAre) {
  for (int i = 0; i < 30; ++i) san.create(Kind::Site, {{"name", "site" + std::to_string(i)}});
  for (int i = 0; i < 5; ++i) san.create(Kind::Label, {{"name", "site mark" + std::to_string(i)}});
  const SearchIndex index(san.done());
  const SearchResult result = index.find("site", 7);
  EXPECT_EQ(result.hits.size(), 7U);
  EXPECT_EQ(result.total, 35U);
  EXPECT_EQ(result.byKind[static_cast<std::size_t>(Kind::Label)], 5U);
  EXPECT_EQ(index.find("site", 100, 1U << static_cast<unsigned>(Kind::Label)).total, 5U);
}

TEST_F(SearchTest, NoWordsAndTooManyFindNothing) {
  san.create(Kind::Site, {{"name", std::string("a")}});
  const SearchIndex index(san.done());
  EXPECT_EQ(index.find("  ", 10).total, 0U);
  EXPECT_EQ(index.find(std::string(kMaxSearchText + 1, 'a'), 10).total, 0U);
  std::string many;
  for (std::size_t i = 0; i < kMaxSearchWords; ++i) many += "a ";
  EXPECT_EQ(index.find(many, 10).total, 1U);
  EXPECT_EQ(index.find(many + "a", 10).total, 0U);
  EXPECT_EQ(SearchIndex(Snapshot()).find("a", 10).total, 0U);
}

// The oracle: every object's texts, looked through one by one.
TEST_F(SearchTest, FindsWhatALookThroughEveryObjectFinds) {
  SyntheticPlan plan;
  plan.hosts = 200;
  plan.targets = 30;
  plan.units = 300;
  const Snapshot snapshot = syntheticSan(plan).snapshot;
  const SearchIndex index(snapshot);
  for (const char* text :
       {"host0001", "1", "iqn array", "zurich", "PCI", "0/8", "naa 7", "map 5", "zone", "user", "a b c", "e"}) {
    std::vector<std::string> words;
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      words.push_back(base::asciiLower(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::vector<ObjectRef> wanted;
    forEachKind([&]<class T>(T*) {
      snapshot.table<T>().forEach([&](Id id, const T& object) {
        std::string own;
        appendSearchText(snapshot, {T::kKind, id}, object, own);
        const auto holds = [&](const std::string& word) { return own.find(word) != std::string::npos; };
        if (std::all_of(words.begin(), words.end(), holds)) wanted.push_back({T::kKind, id});
      });
    });
    std::vector<ObjectRef> got;
    for (const SearchHit& hit : index.find(text, 100'000).hits) got.push_back(hit.object);
    std::sort(got.begin(), got.end());
    EXPECT_EQ(got, wanted) << text;
  }
}

TEST_F(SearchTest, TheNextIndexIsTheOneMadeAnew) {
  SyntheticPlan plan;
  plan.hosts = 60;
  plan.targets = 10;
  plan.units = 50;
  san = SanBuilder(syntheticSan(plan).snapshot);
  SearchIndex index(san.done());
  const auto check = [&](const char* what) {
    index = index.next(san.done());
    const SearchIndex anew(san.done());
    EXPECT_EQ(index.bytes(), anew.bytes()) << what;
    for (const char* text : {"host", "new", "pci", "iqn", "zone 2", "gold"}) {
      EXPECT_EQ(index.find(text, 100'000).hits, anew.find(text, 100'000).hits) << what << ": " << text;
    }
  };
  san.set({Kind::Host, 5}, "name", std::string("renamed"));
  check("a name");
  EXPECT_EQ(index.find("renamed", 10).total, 1U);
  san.erase({Kind::Host, 6});
  check("an object that is gone");
  san.create(Kind::Site, {{"name", std::string("new site")}});
  check("a new one");
  EXPECT_EQ(index.find("new site", 10).total, 1U);
  const Id label = *san.done().find(Kind::Label, "PCI");
  san.set({Kind::Label, label}, "name", std::string("new label"));
  check("the name of a label");
  EXPECT_GT(index.find("new label", 10).total, 1U);
}

}  // namespace
