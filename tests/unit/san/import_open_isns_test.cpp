#include "shared/san/import_open_isns.h"

#include <gtest/gtest.h>

#include "shared/san/document.h"
#include "tests/support/apply_edits.h"
#include "tests/support/import_samples.h"
#include "tests/support/san_builder.h"
#include "tests/unit/san/imported_text.h"

using namespace test;

namespace {

TEST(OpenIsnsImport, DomainsComeWithTheirMembersInASetThatIsNotEnabled) {
  const Imported made = importOpenIsns(kOpenIsnsSample);
  EXPECT_EQ(errorsOf(made), "");
  EXPECT_EQ(
      textOf(made),
      R"({"format": 1, "domains": [{"name": "backup", "nodes": ["iqn.2024-01.org.example:disk1", )"
      R"("iqn.2024-01.org.example:host1"]}, {"name": "web", "nodes": ["iqn.2024-01.org.example:ghost"], )"
      R"("portals": ["127.0.0.12:3260/tcp"]}], "domain-sets": [{"name": "open-isns", "domains": ["backup", "web"]}]})");
  EXPECT_EQ(made.origins[1], (std::pair<std::string, std::string>("/domains/1", "line 9")));
}

TEST(OpenIsnsImport, WhatIsImportedCanBePlannedBeforeAnythingRegisters) {
  const DocumentPlan plan = planDocument(Snapshot(), importOpenIsns(kOpenIsnsSample).document, DocumentMode::Merge);
  for (const DocumentError& error : plan.errors) ADD_FAILURE() << error.pointer << ": " << error.text;
  const auto next = applyEdits(Snapshot(), plan.edits);
  ASSERT_TRUE(next.ok()) << next.error().text;
  EXPECT_EQ(next->table<Domain>().size(), 2U);
  EXPECT_EQ(next->table<Node>().size(), 3U);
  EXPECT_FALSE(next->get<DomainSet>(1)->enabled);
  const DocumentPlan again = planDocument(*next, importOpenIsns(kOpenIsnsSample).document, DocumentMode::Merge);
  EXPECT_TRUE(again.edits.empty());
}

TEST(OpenIsnsImport, ADumpOfTheServerNamesMembersByTheirIndex) {
  const Imported made = importOpenIsns(
      "Dumping database contents\nLast Index:  16\n--------------\n"
      "Object:      index=2 type=<iSCSI Storage Node> state=mature parent=1\n"
      "  0020  string      : iSCSI name = \"iqn.2024-01.org.example:host1\"\n"
      "  0024  uint32      : iSCSI node index = 2\n--------------\n"
      "Object:      index=7 type=<Portal> state=mature parent=5\n"
      "  0010  ipaddr      : Portal IP address = 2001:db8::1\n"
      "  0011  uint32      : Portal TCP/UDP port = 3261/tcp\n"
      "  0016  uint32      : Portal index = 7\n--------------\r\n"
      "Object:      index=13 type=<Discovery Domain> state=mature\r\n"
      "  0811  uint32      : DD ID = 9\r\n"
      "  0813  uint32      : DD member iSCSI index = 2\n"
      "  0816  uint32      : DD member portal index = 7\n"
      "  0813  uint32      : DD member iSCSI index = 3\n");
  EXPECT_EQ(errorsOf(made), "line 17: The listing does not say which node has this index.\n");
  EXPECT_NE(textOf(made).find(R"([{"name": "dd-9", "nodes": ["iqn.2024-01.org.example:host1"], )"
                              R"("portals": ["[2001:db8::1]:3261/tcp"]}])"),
            std::string::npos)
      << textOf(made);
}

TEST(OpenIsnsImport, PoliciesOfTheServerAreNoFaultAndAnEmptyNameIsNone) {
  const Imported made = importOpenIsns(
      "Object:      index=3 type=<Policy> state=mature\n"
      "  0001v string      : Policy SPI = \"isns.control\"\n"
      "  0003v opaque      : DSA security key = 308201b7\n--------------\n"
      "Object:      index=13 type=<Discovery Domain> state=mature\n"
      "  0811  uint32      : DD ID = 9\n"
      "  0812  string      : DD name = <empty>\n");
  EXPECT_EQ(errorsOf(made), "");
  EXPECT_NE(textOf(made).find(R"("domains": [{"name": "dd-9"}])"), std::string::npos) << textOf(made);
  EXPECT_EQ(made.mode, DocumentMode::Add);
}

TEST(OpenIsnsImport, TheSameDomainInTwoListingsIsTakenOnce) {
  const Imported made = importOpenIsns(std::string(kOpenIsnsSample) + std::string(kOpenIsnsSample));
  EXPECT_EQ(errorsOf(made), "");
  EXPECT_EQ(made.document.find("domains")->array()->size(), 2U);
}

TEST(OpenIsnsImport, AMarkOfTheByteOrderIsNoPartOfTheFirstLine) {
  const std::string marked = "\xef\xbb\xbf" + std::string(kOpenIsnsSample);
  EXPECT_TRUE(looksLikeOpenIsns("\xef\xbb\xbfObject 0:\n"));
  EXPECT_EQ(textOf(importOpenIsns(marked)), textOf(importOpenIsns(kOpenIsnsSample)));
}

TEST(OpenIsnsImport, AMemberThatSpeaksFibreChannelIsToldToBeLeftOut) {
  const Imported made = importOpenIsns(
      "Object 0:\n  0811  uint32      : DD ID = 1\n  0812  string      : DD name = \"a\"\n"
      "  0815  opaque      : DD member FC port name = 0x2100001b3201\n");
  EXPECT_EQ(errorsOf(made), "line 4: A Fibre Channel port (iFCP) was left out: what is zoned here speaks iSCSI.\n");
}

TEST(OpenIsnsImport, WhatCannotBeTakenIsNamedWithItsLine) {
  EXPECT_EQ(errorsOf(importOpenIsns("no listing\n")),
            "line 1: This is no listing of isnsadm or isnsd: it names no object.\n");
  EXPECT_EQ(errorsOf(importOpenIsns("\xff")), "line 1: The listing is not UTF-8 here: save it in UTF-8.\n");
  EXPECT_EQ(errorsOf(importOpenIsns("Object 0:\n  DD ID(2065): 1\n\n")),
            "line 2: This is no attribute as isnsadm and isnsd print them, \"  0811  uint32      : DD ID = 1\".\n");
  EXPECT_EQ(errorsOf(importOpenIsns("Object 0:\n  0001  string      : Entity identifier = \"a\"\n")),
            "line 1: No object of the listing is a discovery domain: isnsadm --list dds lists them.\n");
  const Imported made = importOpenIsns(
      "object[0] = <Discovery Domain>\n  0811  uint32      : DD ID = 1\n  0812  string      : DD name = \"a\"\n"
      "  0814  string      : DD member iSCSI name = \"isns.control\"\n"
      "  0817  ipaddr      : DD member portal addr = nowhere\n"
      "object[1] = <Discovery Domain>\n  0811  uint32      : DD ID = 2\n  0812  string      : DD name = \"a\"\n"
      "object[2] = <Discovery Domain Set>\n  0801  uint32      : DDS ID = 2\n  0811  uint32      : DD ID = 2\n");
  const std::string errors = errorsOf(made);
  EXPECT_TRUE(errors.starts_with("line 4: The member isns.control was left out: ")) << errors;
  EXPECT_TRUE(errors.ends_with("line 5: This is no address and port.\n"
                               "line 6: Another domain is called a too.\n"
                               "line 9: This is a domain set, which was not taken over.\n"))
      << errors;
}

}  // namespace
