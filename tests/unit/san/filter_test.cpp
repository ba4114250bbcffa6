#include <gtest/gtest.h>

#include "shared/base/wildcard.h"
#include "shared/san/filter_attributes.h"
#include "shared/san/filter_match.h"
#include "shared/san/filter_reach.h"
#include "shared/san/reach.h"
#include "tests/support/san_builder.h"

using namespace test;

namespace {

std::string normal(std::string_view text) {
  const auto filter = Filter::parse(text);
  return filter ? filter->text() : "at " + std::to_string(filter.error().at) + ": " + filter.error().text;
}
FilterError errorOf(std::string_view text) {
  const auto filter = Filter::parse(text);
  EXPECT_FALSE(filter.ok()) << text;
  return filter ? FilterError{} : filter.error();
}

// --- the language ---------------------------------------------------------------------------------------------------

TEST(FilterText, WordsConditionsAndGroupsComeBackInNormalSpelling) {
  EXPECT_EQ(normal(""), "");
  EXPECT_EQ(normal("  upper   switch "), "upper switch");
  EXPECT_EQ(normal("KIND:host label:PCI site:\"Zurich 1\""), "kind:host label:PCI site:\"Zurich 1\"");
  EXPECT_EQ(normal("a AND b OR c AND NOT d"), "a b OR c -d");
  EXPECT_EQ(normal("(a OR b) c"), "(a OR b) c");
  EXPECT_EQ(normal("((a) (b c))"), "a b c");
  EXPECT_EQ(normal("a OR (b OR c)"), "a OR b OR c");
  EXPECT_EQ(normal("-(a b)"), "-(a b)");
  EXPECT_EQ(normal("NOT -a"), "a");
  EXPECT_EQ(normal("last-seen<7d far-end~x md5-refused:yes Changed_Since:rev12"),
            "last_seen<7d far_end~x md5_refused:yes changed-since:rev12");
  EXPECT_EQ(normal("kind:host,cluster lun:0..7"), "kind:host,cluster lun:0..7");
}

TEST(FilterText, NamesAndAddressesNeedNoQuotes) {
  for (const char* text : {"iqn.2026-01.com.example:web1", "10.0.0.1:3260", "fe80::1", "fd00:1::2", "naa.6000abcd",
                           "a,b", "t10.VENDOR:disk", "web-1", "abcd:12", "x::y", "node:iqn.2026-01.com.example:web1"}) {
    EXPECT_EQ(normal(text), text);
  }
  EXPECT_EQ(Filter::parse("iqn.2026-01.com.example:web1")->root().type, FilterNode::Type::Word);
  EXPECT_EQ(Filter::parse("fd00:1::2")->root().type, FilterNode::Type::Word);
  EXPECT_EQ(Filter::parse("node:iqn.2026-01.com.example:web1")->root().type, FilterNode::Type::Condition);
}

TEST(FilterText, QuotesKeepWhatWouldMeanSomethingElse) {
  for (const char* text : {"\"OR\"", "\"-a\"", "\"kind:host\"", "\"a b\"", "\"(\"", "\"a\\\"b\"", "\">5\"", "\"\"",
                           "name:\":x\"", "name:\"a,b\"", "name:\"\"", "\"a \\\\ b\""}) {
    EXPECT_EQ(normal(text), text);
  }
  EXPECT_EQ(normal("\"plain\" name:\"web*\""), "plain name:web*");
}

TEST(FilterText, AWrongFilterSaysWhereAndWhatWasMeant) {
  FilterError error = errorOf("kind:host siet:Zurich");
  EXPECT_EQ(error.at, 10U);
  EXPECT_EQ(error.length, 4U);
  EXPECT_EQ(error.text, "There is no field siet.");
  EXPECT_EQ(error.hint, "did you mean site?");

  error = errorOf("kind:hots");
  EXPECT_EQ(error.at, 5U);
  EXPECT_EQ(error.length, 4U);
  EXPECT_EQ(error.hint, "did you mean host?");

  error = errorOf("a chap>=oneway");
  EXPECT_EQ(error.at, 8U);
  EXPECT_EQ(error.text, "chap is one of none, one-way, mutual.");
  EXPECT_EQ(error.hint, "did you mean one-way?");

  EXPECT_EQ(errorOf("bytes>1XB").text, "bytes is a size, as 512MiB or 1.5TiB.");
  EXPECT_EQ(errorOf("has:nots").hint, "did you mean note?");
}

TEST(FilterText, BrokenGrammarIsFoundWhereItStands) {
  const auto at = [](std::string_view text) { return errorOf(text).at; };
  EXPECT_EQ(at("a (b"), 2U);
  EXPECT_EQ(at("a) b"), 1U);
  EXPECT_EQ(at("a ()"), 2U);
  EXPECT_EQ(at("a OR"), 4U);
  EXPECT_EQ(at("OR a"), 0U);
  EXPECT_EQ(at("a AND"), 2U);
  EXPECT_EQ(at("a AND AND b"), 6U);
  EXPECT_EQ(at("-AND"), 1U);
  EXPECT_EQ(at("a -"), 2U);
  EXPECT_EQ(at("name:"), 5U);
  EXPECT_EQ(at("name:a,"), 7U);
  EXPECT_EQ(at("name: a"), 5U);
  EXPECT_EQ(at("name >= a"), 5U);
  EXPECT_EQ(at("x \"abc"), 2U);
  EXPECT_EQ(at("x \"a\"b"), 5U);
  EXPECT_EQ(at("x a\"b\""), 3U);
  EXPECT_EQ(at("\"a\\b\""), 2U);
  EXPECT_EQ(at("(a)b"), 3U);
  EXPECT_EQ(at("id>5,6"), 4U);
  EXPECT_EQ(at("a \x01"), 2U);
  EXPECT_EQ(at("ab \xff"), 3U);
}

TEST(FilterText, LengthAndDepthAreBounded) {
  EXPECT_TRUE(Filter::parse(std::string(kMaxFilterText, 'a')).ok());
  EXPECT_EQ(errorOf(std::string(kMaxFilterText + 1, 'a')).at, kMaxFilterText);
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '(') + "a OR b c" + std::string(levels, ')');
  };
  EXPECT_TRUE(Filter::parse(nested(kMaxFilterDepth - 1)).ok());
  EXPECT_EQ(errorOf(nested(kMaxFilterDepth)).at, kMaxFilterDepth);
  EXPECT_FALSE(Filter::parse(std::string(500, '(')).ok());
  EXPECT_FALSE(Filter::parse(std::string(500, '-') + "a").ok());
}

TEST(FilterText, AnOperatorMustFitTheField) {
  for (const char* text : {"enabled>yes", "name>a", "labels<x", "kind~h", "lun~3", "has>note", "changed-since>5",
                           "enabled:maybe", "lun:7..3", "set_at<2026-13-01", "set_at<2026-02-30", "site>x",
                           "bytes:18446744073709551616", "bytes:16777216TiB", "id:x", "kind:none"}) {
    EXPECT_FALSE(Filter::parse(text).ok()) << text;
  }
  for (const char* text :
       {"enabled!=yes", "chap>=one-way", "bytes<=1.5TiB", "set_at:2026-02-28", "set_at<365d", "confirm_within>5m",
        "set_at>=2024-02-29T12:30", "subnets:10.0.0.0/8", "address:10.0.0.1", "created<=rev7", "id:1..5"}) {
    EXPECT_TRUE(Filter::parse(text).ok()) << text;
  }
}

TEST(Wildcard, StarAndQuestionMarkMatchWholeTexts) {
  EXPECT_TRUE(base::wildcardMatches("web*", "WEB12"));
  EXPECT_TRUE(base::wildcardMatches("*1?", "web12"));
  EXPECT_TRUE(base::wildcardMatches("a*b*c", "aXbXbXc"));
  EXPECT_TRUE(base::wildcardMatches("?", "\xc3\xbc"));
  EXPECT_TRUE(base::wildcardMatches("**", ""));
  EXPECT_FALSE(base::wildcardMatches("web", "web1"));
  EXPECT_FALSE(base::wildcardMatches("web?", "web"));
  EXPECT_FALSE(base::wildcardMatches("", "a"));
}

// --- objects --------------------------------------------------------------------------------------------------------

class FilterTest : public testing::Test {
 protected:
  FilterTest() {
    label = san.create(Kind::Label, {{"name", std::string("PCI")}});
    site = san.create(Kind::Site, {{"name", std::string("Zurich 1")}});
    san.create(Kind::Site, {{"name", std::string("Geneva")}});
    web = san.host("web1", "iqn.2026-01.example:web1");
    db = san.host("db1", "iqn.2026-01.example:db1");
    bare = san.create(Kind::Host, {{"name", std::string("bare")}});
    san.set({Kind::Host, web}, "site", ObjectRef{Kind::Site, site});
    san.add({Kind::Host, web}, "labels", {Kind::Label, label});
    target = san.target("iqn.2026-01.example:array");
    san.set({Kind::Node, target}, "chap", std::string("one-way"));
    san.set({Kind::Node, target}, "alias", std::string("Gold Array"));
    unit = san.unit("naa.60001", target, 0);
    san.set({Kind::LogicalUnit, unit}, "bytes", std::uint64_t{1} << 41);
    san.unit("naa.60002", target, 1);
    zone = san.zone("zone1", {san.nodeNamed("iqn.2026-01.example:web1"), target});
    san.domain("zone2", {san.nodeNamed("iqn.2026-01.example:db1"), target});
    map = san.map({Kind::Host, web}, target, unit, 5);
    san.create(Kind::Node, {{"name", std::string("iqn.2026-01.example:gone")}, {"initiator", true}});
  }
  // Names of what matches; with the kind where `text` does not name one.
  std::string ask(std::string_view text) {
    const auto filter = Filter::parse(text);
    if (!filter) return filter.error().text;
    const auto matcher = FilterMatcher::bind(*filter, san.done(), hooks);
    if (!matcher) return matcher.error().text;
    std::string all;
    for (ObjectRef ref : matcher->all()) all.append(all.empty() ? "" : " ").append(refText(san.done(), ref));
    return all;
  }

  SanBuilder san;
  FilterHooks hooks;
  Id label, site, web, db, bare, target, unit, zone, map;
};

TEST_F(FilterTest, AsksForKinds) {
  EXPECT_EQ(ask("kind:host"), "host:web1 host:db1 host:bare");
  EXPECT_EQ(ask("kind:hosts,site"), "site:Zurich 1 site:Geneva host:web1 host:db1 host:bare");
  EXPECT_EQ(ask("kind:target"), "node:iqn.2026-01.example:array");
  EXPECT_EQ(ask("kind:lun"), "logical-unit:naa.60001 logical-unit:naa.60002");
  EXPECT_EQ(ask("kind!=host,entity,node name:*1"), "domain:zone1 domain-set:set1 site:Zurich 1");
  EXPECT_EQ(ask("kind:zone -id:1"), "domain:zone2");
}

TEST_F(FilterTest, AsksForTexts) {
  EXPECT_EQ(ask("kind:host name:WEB1"), "host:web1");
  EXPECT_EQ(ask("kind:host name=WEB1"), "");
  EXPECT_EQ(ask("kind:host name=web1"), "host:web1");
  EXPECT_EQ(ask("kind:host name:*1"), "host:web1 host:db1");
  EXPECT_EQ(ask("kind:host name~B1"), "host:web1 host:db1");
  EXPECT_EQ(ask("kind:host name~?eb*"), "host:web1");
  EXPECT_EQ(ask("kind:host name:web"), "");
  EXPECT_EQ(ask("kind:host name!=web1"), "host:db1 host:bare");
  EXPECT_EQ(ask("kind:host name:web1,bare"), "host:web1 host:bare");
  EXPECT_EQ(ask("kind:host name!=web1,bare"), "host:db1");
}

TEST_F(FilterTest, AsksForReferencesByName) {
  EXPECT_EQ(ask("site:\"zurich 1\""), "site:Zurich 1 host:web1");
  EXPECT_EQ(ask("kind:host site!=\"Zurich 1\""), "host:db1 host:bare");
  EXPECT_EQ(ask("kind:host label:pci"), "host:web1");
  EXPECT_EQ(ask("kind:host -label:PCI"), "host:db1 host:bare");
  EXPECT_EQ(ask("kind:host label:P"), "");
  EXPECT_EQ(ask("kind:host label~P"), "host:web1");
  EXPECT_EQ(ask("labels:PCI"), "host:web1");
  EXPECT_EQ(ask("who:host:web1"), "map:#1");
  EXPECT_EQ(ask("who:web1"), "map:#1");
  EXPECT_EQ(ask("who:db1"), "");
  EXPECT_EQ(ask("kind:map unit:#1"), "map:#1");
  EXPECT_EQ(ask("kind:lun paths:\"gold array\""), "logical-unit:naa.60001 logical-unit:naa.60002")
      << "an alias will do";
}

TEST_F(FilterTest, AKindAsAFieldIsTheObjectWhatRefersToItAndWhatItHolds) {
  EXPECT_EQ(ask("domain:zone1"),
            "node:iqn.2026-01.example:web1 node:iqn.2026-01.example:array domain:zone1 domain-set:set1");
  EXPECT_EQ(ask("host:web1"), "entity:eid:iqn.2026-01.example:web1 host:web1 map:#1");
  hooks.hostOf = [&](Id node) { return node == target ? ObjectRef{} : ObjectRef{Kind::Host, node == 1 ? web : db}; };
  EXPECT_EQ(ask("kind:node host:web1"), "node:iqn.2026-01.example:web1");
  EXPECT_EQ(ask("kind:host label!=PCI"), "host:db1 host:bare");
}

TEST_F(FilterTest, AsksForNumbersSizesAndChoices) {
  EXPECT_EQ(ask("bytes>1TiB"), "logical-unit:naa.60001");
  EXPECT_EQ(ask("bytes>=2TiB"), "logical-unit:naa.60001");
  EXPECT_EQ(ask("bytes>2TiB"), "");
  EXPECT_EQ(ask("bytes<=1GiB"), "logical-unit:naa.60002");
  EXPECT_EQ(ask("bytes:1GiB..1TiB"), "logical-unit:naa.60002");
  EXPECT_EQ(ask("bytes!=1GiB"), "logical-unit:naa.60001");
  EXPECT_EQ(ask("bytes:2.0TiB"), "logical-unit:naa.60001");
  EXPECT_EQ(ask("kind:map lun:5"), "map:#1");
  EXPECT_EQ(ask("kind:map lun:0..4"), "");
  EXPECT_EQ(ask("chap>=one-way"), "node:iqn.2026-01.example:array");
  EXPECT_EQ(ask("chap>one-way"), "");
  EXPECT_EQ(ask("kind:map right:read-write"), "map:#1");
  EXPECT_EQ(ask("enabled:yes"), "domain-set:set1");
}

TEST_F(FilterTest, AsksForAddressesAndSubnets) {
  san.create(Kind::Network, {{"name", std::string("blue")}, {"subnets", std::vector<std::string>{"10.7.0.0/16"}}});
  san.portal("10.7.1.1:3260", 0);
  EXPECT_EQ(ask("address:10.7.1.1"), "portal:10.7.1.1:3260/tcp");
  EXPECT_EQ(ask("address:10.7.0.0/16"), "portal:10.7.1.1:3260/tcp");
  EXPECT_EQ(ask("address:10.7.1.1:3260"), "portal:10.7.1.1:3260/tcp");
  EXPECT_EQ(ask("address:10.7.1.1:3261"), "");
  EXPECT_EQ(ask("address~10.7."), "portal:10.7.1.1:3260/tcp");
  EXPECT_EQ(ask("subnets:10.7.3.4"), "network:blue");
  EXPECT_EQ(ask("subnets:10.8.3.4"), "");
  EXPECT_EQ(ask("subnets:10.7.0.0/16"), "network:blue");
  EXPECT_EQ(ask("kind:portal registered:no"), "portal:10.7.1.1:3260/tcp");
}

TEST_F(FilterTest, TimesCountBackFromTheSnapshotAndNeverIsNoTime) {
  const auto window = [&](const std::string& name, std::uint64_t starts) {
    san.create(Kind::Window, {{"name", name}, {"starts", starts}});
  };
  window("day", 1'769'817'600);   // 2026-01-31
  window("noon", 1'769'860'800);  // 12:00 of it
  window("next", 1'769'904'000);  // 2026-02-01
  window("never", 0);
  EXPECT_EQ(ask("starts:2026-01-31"), "window:day window:noon");
  EXPECT_EQ(ask("starts>2026-01-31"), "window:next");
  EXPECT_EQ(ask("starts>=2026-01-31T12:00"), "window:noon window:next");
  EXPECT_EQ(ask("starts<2026-02-01"), "window:day window:noon");
  EXPECT_EQ(ask("starts<=2026-01-31T12:00:00Z"), "window:day window:noon");
  EXPECT_EQ(ask("starts:never"), "window:never");
  Snapshot later = san.done();
  later.time = 1'769'904'000 + 86400;
  san = SanBuilder(later);
  EXPECT_EQ(ask("starts<1d"), "window:day window:noon");
  EXPECT_EQ(ask("starts>=1d"), "window:next");
}

TEST_F(FilterTest, AsksForWhatIsComputed) {
  EXPECT_EQ(ask("kind:node registered:no"), "node:iqn.2026-01.example:gone");
  EXPECT_EQ(ask("kind:host registered:no"), "") << "a host has no registration";
  EXPECT_EQ(ask("kind:host has:site"), "host:web1");
  EXPECT_EQ(ask("kind:host -has:labels"), "host:db1 host:bare");
  const Revision before = san.done().revision;
  san.set({Kind::Host, db}, "name", std::string("db2"));
  EXPECT_EQ(ask("changed-since:rev" + std::to_string(before)), "host:db2");
  EXPECT_EQ(ask("created-since:" + std::to_string(before)), "");
  EXPECT_EQ(ask("kind:host changed:" + std::to_string(before + 1)), "host:db2");
}

TEST_F(FilterTest, WhatNobodyCanComputeIsRefusedWhereItStands) {
  for (const char* text : {"active:yes", "reaches:naa.60001", "reached-by:web1"}) {
    const auto matcher = FilterMatcher::bind(*Filter::parse("kind:host " + std::string(text)), san.done());
    ASSERT_FALSE(matcher.ok()) << text;
    EXPECT_EQ(matcher.error().at, 10U);
  }
  hooks.isActive = [&](Id domain) { return domain == zone; };
  hooks.reaches = [&](ObjectRef who, ObjectRef what) {
    return who == ObjectRef{Kind::Host, web} && what == ObjectRef{Kind::LogicalUnit, unit};
  };
  EXPECT_EQ(ask("kind:domain active:yes"), "domain:zone1");
  EXPECT_EQ(ask("kind:domain active:no"), "domain:zone2");
  EXPECT_EQ(ask("kind:host reaches:naa.60001"), "host:web1");
  EXPECT_EQ(ask("kind:host reaches:naa.60002"), "");
  EXPECT_EQ(ask("kind:host reaches!=naa.60001"), "host:db1 host:bare");
  EXPECT_EQ(ask("kind:lun reached-by:web1"), "logical-unit:naa.60001");
  EXPECT_EQ(ask("kind:lun -reached-by:web1"), "logical-unit:naa.60002");
}

TEST_F(FilterTest, AConditionThatNothingAskedForCanMeetIsRefused) {
  EXPECT_EQ(ask("target:maybe"), "") << "a map has a target that may be called so";
  hooks.kinds = 1U << static_cast<unsigned>(Kind::Node);
  EXPECT_EQ(ask("target:maybe"), "target is yes or no.");
  EXPECT_EQ(ask("alias:x target:maybe"), "target is yes or no.");
  EXPECT_EQ(ask("target:yes alias:gold*"), "node:iqn.2026-01.example:array");
  hooks.kinds = 1U << static_cast<unsigned>(Kind::Host);
  EXPECT_EQ(ask("bytes>5"), "bytes says nothing about hosts.");
  EXPECT_EQ(ask("-bytes>5 name:db1"), "host:db1");
  EXPECT_EQ(ask("bytes>5 OR name:db1"), "host:db1") << "one filter for lists of several kinds";
}

TEST_F(FilterTest, ReachIsAskedOfTheIndex) {
  const Id initiator = san.nodeNamed("iqn.2026-01.example:web1");
  const SanIndex index(san.done());
  const auto reaches = reachesIn(index);
  const auto expected = [&](ObjectRef who, ObjectRef what) {
    const std::size_t number = *index.hostNumber({Kind::Host, who.id == db ? db : web});
    return cellOf(index, Basis::Applied, number, what.id).works != Truth::No;
  };
  const ObjectRef lun{Kind::LogicalUnit, unit};
  ASSERT_TRUE(expected({Kind::Host, web}, lun)) << "the fixture's host may reach its unit";
  EXPECT_TRUE(reaches({Kind::Host, web}, lun));
  EXPECT_TRUE(reaches({Kind::Node, initiator}, lun));
  EXPECT_TRUE(reaches({Kind::Host, web}, {Kind::Node, target}));
  EXPECT_EQ(reaches({Kind::Host, db}, lun), expected({Kind::Host, db}, lun));
  EXPECT_FALSE(reaches({Kind::Host, bare}, lun));
  EXPECT_FALSE(reaches({Kind::Site, site}, lun));
  EXPECT_FALSE(reaches({Kind::Host, web}, {Kind::Site, site}));
}

TEST_F(FilterTest, NotesNameWhatMayBeASlip) {
  const auto notes = [&](std::string_view text) {
    const auto matcher = FilterMatcher::bind(*Filter::parse(text), san.done(), hooks);
    std::string all;
    for (const std::string& note : matcher->notes()) all += note + "\n";
    return all;
  };
  EXPECT_EQ(notes("label:NOPE"), "There is no label NOPE.\n");
  EXPECT_EQ(notes("label:PCI,NOPE"), "There is no label NOPE.\n");
  EXPECT_EQ(notes("label:PCI label:N* label~nope"), "");
  EXPECT_EQ(notes("target:iqn.2026-01.example:none"), "There is no iqn.2026-01.example:none.\n");
  EXPECT_EQ(notes("not web Or \"and\""),
            "\"not\" is a word to search for; the keyword is NOT, in capitals.\n"
            "\"Or\" is a word to search for; the keyword is OR, in capitals.\n");
  hooks.sees = [&](ObjectRef ref) { return ref.kind != Kind::Label; };
  EXPECT_EQ(notes("label:PCI"), "There is no label PCI.\n") << "what is not seen is not there";
}

TEST_F(FilterTest, WordsAreSearchedWithAnIndexAndWithout) {
  const SearchIndex index(san.done());
  for (const SearchIndex* search : {static_cast<const SearchIndex*>(nullptr), &index}) {
    hooks.search = search;
    EXPECT_EQ(ask("gold"), "node:iqn.2026-01.example:array");
    EXPECT_EQ(ask("\"gold array\""), "node:iqn.2026-01.example:array");
    EXPECT_EQ(ask("\"array gold\""), "");
    EXPECT_EQ(ask("array GOLD"), "node:iqn.2026-01.example:array");
    EXPECT_EQ(ask("kind:host -web"), "host:db1 host:bare");
    EXPECT_EQ(ask("kind:host (web OR bare)"), "host:web1 host:bare");
    EXPECT_EQ(ask("kind:host \"\""), "host:web1 host:db1 host:bare");
  }
}

TEST_F(FilterTest, TheMatcherSaysWhichKindsItIsAbout) {
  const auto kinds = [&](const char* text) {
    return FilterMatcher::bind(*Filter::parse(text), san.done(), hooks)->kinds();
  };
  const auto bit = [](Kind kind) { return 1U << static_cast<unsigned>(kind); };
  EXPECT_EQ(kinds("kind:host web"), bit(Kind::Host));
  EXPECT_EQ(kinds("kind:host OR bytes>1"), bit(Kind::Host) | bit(Kind::LogicalUnit));
  EXPECT_EQ(kinds("-kind:host"), kAllKinds);
  EXPECT_EQ(kinds("kind:host bytes>1"), 0U);
}

}  // namespace
