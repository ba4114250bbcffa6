// PdfReport: the summary of an evidence pack for people: a title page with data cut, key figures, completeness and
// findings by severity; then sources, findings and population as tables, and how to check it all.
//
// Rows of the population are given as they come; the title page is drawn at the end, when all is counted. Page and
// column headings stand on every page, and every page says which one of how many it is. One owner.
#pragma once

#include <string>
#include <vector>

#include "isns-server/manage/evidence/evidence_tables.h"
#include "isns-server/manage/evidence/pdf_document.h"

namespace manage {

// What is counted while a pack is made.
struct PackTotals {
  evidence::PackCounts counts;
  bool complete = false;
  std::string statement;
  std::vector<evidence::PackFile> files;  // those beside the PDF
  evidence::Fingerprint signer{};
};

class PdfReport {
 public:
  explicit PdfReport(const EvidenceInput& input);

  // Sources and findings first, then the rows of the population, at most input.pdfRows of them.
  void addSources();
  void addFindings();
  void addPopulation(const PopulationRow& row);
  base::Result<base::Bytes> finish(const PackTotals& totals);

 private:
  struct Cell {
    std::vector<std::string> lines;
    Colour colour;
    bool bold = false;
  };

  void beginSection(std::string_view title, std::string_view note);
  void pageHeading(std::string_view title, std::string_view note);
  void paragraph(std::string_view text);
  template <class Row>
  void columnHeads(std::span<const TableColumn<Row>> columns);
  template <class Row>
  void tableRow(std::span<const TableColumn<Row>> columns, const Row& row);
  template <class Row>
  Cell cellOf(const TableColumn<Row>& column, const Row& row, float width);

  void titlePage(const PackTotals& totals);
  float titleHead();
  float figures(float y, const PackTotals& totals);
  void completeness(float y, const PackTotals& totals);
  void severities(float y);
  void facts(float y, const PackTotals& totals);
  float fact(float x, float y, float width, std::string_view label, std::string_view value);
  void checkingPage(const PackTotals& totals);
  void footers();

  const EvidenceInput& input_;
  PdfDocument pdf_;
  std::string section_;
  float y_ = 0;
  std::size_t rowsOnPage_ = 0;
  std::size_t populationShown_ = 0;
  std::size_t sourcesPage_ = 0;  // from 1; 0: there is none
};

// "1,234,567"
std::string grouped(std::uint64_t number);

}  // namespace manage
