#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "isns-server/manage/evidence/evidence_tables.h"
#include "isns-server/manage/evidence/pdf_document.h"
#include "shared/base/json_reader.h"
#include "shared/evidence/csv.h"
#include "shared/evidence/verify_evidence.h"
#include "tests/support/sample_pack.h"

using namespace test;

namespace {

std::string_view contentOf(const manage::EvidencePack& pack, std::string_view name) {
  for (const evidence::TarEntry& entry : evidence::readTar(pack.archive).entries) {
    if (entry.name == name) return base::asText(entry.content);
  }
  ADD_FAILURE() << "there is no " << name;
  return {};
}

TEST(BuildEvidence, TheSameInputGivesTheSameBytes) {
  const manage::EvidencePack one = samplePack(200);
  const manage::EvidencePack two = samplePack(200);
  EXPECT_TRUE(one.archive == two.archive);
  EXPECT_EQ(one.manifestHash, two.manifestHash);
  EXPECT_EQ(one.fileName, "isns1.example.com-r12345.sanctum-evidence.tar");
  EXPECT_FALSE(one.archive == samplePack(201).archive);
}

TEST(BuildEvidence, AnotherKeyChangesWhatNamesIt) {
  const manage::EvidencePack one = samplePack(20, 7);
  const manage::EvidencePack two = samplePack(20, 8);
  for (const std::string_view same : {"README.txt", "evidence.json", "population.csv", "population.jsonl"}) {
    EXPECT_EQ(contentOf(one, same), contentOf(two, same)) << same;
  }
  EXPECT_NE(contentOf(one, "signer.pem"), contentOf(two, "signer.pem"));
}

TEST(BuildEvidence, EveryRowStandsInCsvAndJsonWhateverThePdfShows) {
  manage::EvidenceInput input = sampleInput();
  input.pdfRows = 10;
  const manage::EvidencePack pack = packOf(input, 500);
  EXPECT_EQ(pack.manifest.counts.population, 500u);
  EXPECT_EQ(evidence::countCsvRows(contentOf(pack, "population.csv")), 501u);
  const std::string_view lines = contentOf(pack, "population.jsonl");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 500);
  const auto row = base::parseJson(lines.substr(0, lines.find('\n')));
  ASSERT_TRUE(row) << row.error().text;
  ASSERT_EQ(row->object()->size(), manage::populationColumns().size());
  EXPECT_EQ(*row->find("host")->text(), "db1");
  EXPECT_EQ(*row->find("revision")->number(), 1001u);
  EXPECT_EQ(*row->find("since")->text(), "2025-10-09T09:53:20Z");
  EXPECT_TRUE(evidence::verifyEvidence(pack.archive, pack.manifest.signer).ok());
}

TEST(BuildEvidence, CompletenessSaysWhoDidNotReport) {
  EXPECT_FALSE(samplePack(1).manifest.complete);
  EXPECT_EQ(samplePack(1).manifest.counts.sourcesSilent, 3u);
  manage::EvidenceInput input = sampleInput();
  std::erase_if(input.sources, [](const auto& row) { return row.state != manage::SourceState::Reported; });
  const manage::EvidencePack whole = packOf(input, 1);
  EXPECT_TRUE(whole.manifest.complete);
  EXPECT_EQ(whole.manifest.statement, "All 2 sources reported up to the data cut.");
  input.sources.resize(1);
  EXPECT_EQ(packOf(input, 1).manifest.statement, "The only source reported up to the data cut.");
  input.sources[0].state = manage::SourceState::Broken;
  input.sources[0].note = "record 35 was changed";
  const manage::EvidencePack broken = packOf(input, 1);
  EXPECT_FALSE(broken.manifest.complete);
  EXPECT_TRUE(broken.manifest.statement.starts_with("The isns1.example.com is broken: record 35 was changed. "));
  EXPECT_TRUE(evidence::verifyEvidence(broken.archive, broken.manifest.signer).ok());
  input.sources[0].state = manage::SourceState::Late;
  EXPECT_TRUE(packOf(input, 1).manifest.statement.starts_with("1 of 1 source did not report up to the data cut: 1 late"));
  input.sources[0].state = manage::SourceState::Unkept;
  EXPECT_EQ(packOf(input, 1).manifest.statement,
            "Of 1 source it is not kept whether they reported up to the data cut. All other sources reported up to the "
            "data cut.");
  input.sources.clear();
  const manage::EvidencePack none = packOf(input, 1);
  EXPECT_FALSE(none.manifest.complete) << "nobody reports, so nothing observed is known";
  EXPECT_TRUE(evidence::verifyEvidence(none.archive, none.manifest.signer).ok());
}

TEST(BuildEvidence, AnEmptyPackIsAPackToo) {
  manage::EvidenceInput input;
  const manage::EvidencePack pack = packOf(input, 0);
  EXPECT_TRUE(evidence::verifyEvidence(pack.archive, pack.manifest.signer).ok());
  EXPECT_EQ(pack.fileName, "sanctum-r0.sanctum-evidence.tar");
}

TEST(BuildEvidence, StrangersTextsAreKeptInJsonAndDisarmedInCsv) {
  const manage::EvidencePack pack = packOf(stressInput(), 3);
  EXPECT_NE(contentOf(pack, "findings.csv").find("\"'=HYPERLINK("), std::string_view::npos);
  const auto facts = base::parseJson(contentOf(pack, "evidence.json"));
  ASSERT_TRUE(facts) << facts.error().text;
  EXPECT_EQ(*(*facts->find("findings")->array())[0].find("waiver")->text(), "=HYPERLINK(\"http://example.com\")");
  EXPECT_TRUE(evidence::verifyEvidence(pack.archive, pack.manifest.signer).ok());
}

TEST(BuildEvidence, TooManyFindingsAreRefused) {
  const manage::EvidenceInput input = sampleInput(manage::kMaxFindings + 1);
  EXPECT_FALSE(manage::buildEvidence(input, packKey()));
}

TEST(PdfDocument, NamesThatAreTooLongKeepBothEnds) {
  manage::PdfDocument pdf;
  const std::string name = "iqn.2024-01.com.example:" + std::string(150, 'm') + ":node-17";
  const auto lines = pdf.fitName(name, manage::Font::Regular, 7, 100);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].starts_with("iqn.2024-01.com"));
  EXPECT_TRUE(lines[1].starts_with("\xe2\x80\xa6"));
  EXPECT_TRUE(lines[1].ends_with(":node-17"));
  const std::string middle = pdf.fitMiddle(name, manage::Font::Bold, 9, 120);
  EXPECT_TRUE(middle.starts_with("iqn.") && middle.ends_with("-17")) << middle;
  EXPECT_EQ(pdf.fitName("db1", manage::Font::Regular, 7, 100), std::vector<std::string>{"db1"});
}

TEST(PdfDocument, NothingIsWiderThanItsPlace) {
  manage::PdfDocument pdf;
  for (const std::string& text :
       {std::string(300, 'W'), std::string("two words and ") + std::string(200, 'i'),
        std::string("\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc")}) {
    for (const float width : {20.0f, 55.0f, 130.0f}) {
      const manage::Font font = manage::Font::Bold;
      for (const std::string& line : pdf.wrap(text, font, 7, width, 3)) EXPECT_LE(pdf.widthOf(line, font, 7), width);
      for (const std::string& line : pdf.fitName(text, font, 7, width)) EXPECT_LE(pdf.widthOf(line, font, 7), width);
      EXPECT_LE(pdf.widthOf(pdf.fitMiddle(text, font, 7, width), font, 7), width);
      EXPECT_LE(pdf.widthOf(pdf.fitEnd(text, font, 7, width), font, 7), width);
      EXPECT_LE(pdf.wrap(text, font, 7, width, 3).size(), 3u);
    }
  }
}

TEST(PdfDocument, TextOfStrangersIsEscaped) {
  EXPECT_EQ(manage::drawable("db1 \xc3\xbc"), "db1 \xc3\xbc");
  EXPECT_EQ(manage::drawable("a\x1b[31m").find('\x1b'), std::string::npos);
  EXPECT_EQ(manage::drawable("a\xe2\x80\xaeg").find("\xe2\x80\xae"), std::string::npos);
  EXPECT_EQ(manage::drawable("\xf0\x9f\x98\x80"), "\xef\xbf\xbd") << "beyond what the fonts can have";
}

// Evidence supports a control; whether the control is met is not for a program to say.
TEST(Wording, NothingThatIsWrittenSaysCompliant) {
  const std::filesystem::path root = SANCTUM_SOURCE_DIR;
  std::size_t seen = 0;
  for (const std::string folder : {"isns-server/manage", "shared/evidence"}) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (!file.is_regular_file()) continue;
      ++seen;
      std::ifstream in(file.path());
      std::string text((std::istreambuf_iterator<char>(in)), {});
      std::transform(text.begin(), text.end(), text.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      EXPECT_EQ(text.find("complian"), std::string::npos) << file.path();
    }
  }
  EXPECT_GT(seen, 20u);
  EXPECT_NE(std::string(contentOf(samplePack(1), "README.txt")).find("supports evidence for"), std::string::npos);
}

}  // namespace
