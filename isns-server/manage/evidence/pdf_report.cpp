#include "isns-server/manage/evidence/pdf_report.h"

#include <algorithm>
#include <array>

#include "shared/base/hex.h"
#include "shared/base/listed.h"
#include "shared/base/plural.h"
#include "shared/base/time_text.h"

namespace manage {
namespace {

constexpr float kMargin = 44;
constexpr float kRight = PdfDocument::kWidth - kMargin;
constexpr float kInner = kRight - kMargin;
constexpr float kBottom = 548;  // of what stands above the footer
constexpr float kCellSize = 6.8f;
constexpr float kLineHeight = 8.8f;
constexpr float kCellPad = 4;
constexpr float kNumberPad = 12;  // to the right of a number
constexpr float kLabel = 98;      // width of the label of a fact
constexpr std::size_t kMaxCellLines = 3;

constexpr Colour kInk{0.13f, 0.16f, 0.20f};
constexpr Colour kQuiet{0.40f, 0.44f, 0.50f};
constexpr Colour kNavy{0.09f, 0.20f, 0.36f};
constexpr Colour kStripe{0.965f, 0.972f, 0.982f};
constexpr Colour kHead{0.90f, 0.925f, 0.955f};
constexpr Colour kRule{0.82f, 0.85f, 0.89f};
constexpr Colour kGood{0.10f, 0.48f, 0.32f};
constexpr Colour kWarn{0.76f, 0.46f, 0.02f};
constexpr Colour kBad{0.72f, 0.15f, 0.14f};

constexpr Colour kSeverityColours[] = {
    kBad, {0.83f, 0.36f, 0.10f}, kWarn, {0.30f, 0.45f, 0.66f}, {0.55f, 0.60f, 0.66f}};
constexpr Colour kSourceColours[] = {kGood, kWarn, kBad, kQuiet, kBad, kWarn, kQuiet};
static_assert(std::size(kSourceColours) == std::size(kSourceStateWords));

// "2026-01-02 03:04" of a time as JSON has it; other texts stay.
std::string shortTime(std::string text) {
  if (!base::parseTime(text)) return text;
  text[10] = ' ';
  return text.substr(0, 16);
}

std::string longTime(base::WallTime time) {
  std::string text = base::timeText(time);
  text[10] = ' ';
  return text.substr(0, 19) + " UTC";
}

// The colour that a word of a state or a severity has; the words are those of the tables.
Colour colourOf(std::string_view column, std::string_view text) {
  if (column == "severity") {
    const auto found = std::find(std::begin(kFindingSeverityWords), std::end(kFindingSeverityWords), text);
    if (found != std::end(kFindingSeverityWords)) return kSeverityColours[found - std::begin(kFindingSeverityWords)];
  }
  if (column == "state") {
    const auto found = std::find(std::begin(kSourceStateWords), std::end(kSourceStateWords), text);
    if (found != std::end(kSourceStateWords)) return kSourceColours[found - std::begin(kSourceStateWords)];
    // What is not known, or not yet so, never looks like a yes.
    if (text.find("unknown") != std::string_view::npos || text.find("pending") != std::string_view::npos) return kWarn;
  }
  return kInk;
}

template <class Row>
float shares(std::span<const TableColumn<Row>> columns) {
  float sum = 0;
  for (const auto& column : columns) sum += column.share;
  return sum;
}

// In two halves of one width, so that a line can be broken between them.
std::string hashText(const evidence::Digest& digest) { return base::hexText(digest).insert(32, 1, ' '); }

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

PdfReport::PdfReport(const EvidenceInput& input) : input_(input) {
  pdf_.addPage();
  pdf_.bookmark("Summary");
}

// --- tables ---------------------------------------------------------------------------------------------------------

void PdfReport::pageHeading(std::string_view title, std::string_view note) {
  pdf_.box(0, 0, PdfDocument::kWidth, 5, kNavy);
  pdf_.text(kMargin, 44, {Font::Bold, 15, kNavy}, title);
  const float room = kInner - pdf_.widthOf(title, Font::Bold, 15) - 30;
  pdf_.textRight(kRight, 44, {Font::Regular, 7.5f, kQuiet},
                 pdf_.fitEnd(drawable(input_.title), Font::Regular, 7.5f, room));
  y_ = 60;
  if (!note.empty()) {
    for (const std::string& line : pdf_.wrap(drawable(note), Font::Regular, 8, kInner, 3)) {
      pdf_.text(kMargin, y_, {Font::Regular, 8, kQuiet}, line);
      y_ += 11;
    }
  }
  y_ += 4;
  rowsOnPage_ = 0;
}

void PdfReport::beginSection(std::string_view title, std::string_view note) {
  section_ = title;
  pdf_.addPage();
  pdf_.bookmark(title);
  pageHeading(title, note);
}

void PdfReport::paragraph(std::string_view text) {
  for (const std::string& line : pdf_.wrap(drawable(text), Font::Regular, 9, kInner, 20)) {
    pdf_.text(kMargin, y_ + 8, {Font::Regular, 9, kInk}, line);
    y_ += 13;
  }
  y_ += 4;
}

template <class Row>
void PdfReport::columnHeads(std::span<const TableColumn<Row>> columns) {
  const float unit = kInner / shares(columns);
  pdf_.box(kMargin, y_, kInner, 16, kHead);
  float x = kMargin;
  for (const auto& column : columns) {
    if (column.share == 0) continue;
    const float width = column.share * unit;
    const Style style{Font::Bold, 7, kNavy};
    if (column.number) {
      pdf_.textRight(x + width - kNumberPad, y_ + 11, style, column.title);
    } else {
      pdf_.text(x + kCellPad, y_ + 11, style, column.title);
    }
    x += width;
  }
  y_ += 16;
}

template <class Row>
PdfReport::Cell PdfReport::cellOf(const TableColumn<Row>& column, const Row& row, float width) {
  std::string text;
  column.append(text, row);
  Cell cell{{}, colourOf(column.name, text), false};
  cell.bold = !(cell.colour == kInk);
  const Font font = cell.bold ? Font::Bold : Font::Regular;
  text = drawable(shortTime(std::move(text)));
  if (text.empty() && column.name == "approval") return {{"not approved"}, kWarn, true};
  if (text.empty()) return {{"\xe2\x80\x93"}, kQuiet, false};
  cell.lines = column.clip == Clip::Name ? pdf_.fitName(text, font, kCellSize, width)
                                         : pdf_.wrap(text, font, kCellSize, width, kMaxCellLines);
  return cell;
}

template <class Row>
void PdfReport::tableRow(std::span<const TableColumn<Row>> columns, const Row& row) {
  const float unit = kInner / shares(columns);
  std::vector<Cell> cells;
  std::size_t lines = 1;
  for (const auto& column : columns) {
    cells.push_back(column.share == 0 ? Cell{} : cellOf(column, row, column.share * unit - 2 * kCellPad));
    lines = std::max(lines, cells.back().lines.size());
  }
  const float height = static_cast<float>(lines) * kLineHeight + 5;
  if (y_ + height > kBottom) {
    pdf_.addPage();
    pageHeading(section_ + ", continued", {});
    columnHeads(columns);
  } else if (rowsOnPage_ == 0) {
    columnHeads(columns);
  }
  if (rowsOnPage_++ % 2 == 1) pdf_.box(kMargin, y_, kInner, height, kStripe);
  float x = kMargin;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const float width = columns[i].share * unit;
    const Style style{cells[i].bold ? Font::Bold : Font::Regular, kCellSize, cells[i].colour};
    float base = y_ + 9;
    for (const std::string& line : cells[i].lines) {
      if (columns[i].number) {
        pdf_.textRight(x + width - kNumberPad, base, style, line);
      } else {
        pdf_.text(x + kCellPad, base, style, line);
      }
      base += kLineHeight;
    }
    x += width;
  }
  y_ += height;
}

void PdfReport::addSources() {
  beginSection("Completeness: who was to report",
               "What an absent source would have shown is unknown. Unknown is never counted as no access.");
  sourcesPage_ = pdf_.pages();
  if (input_.sources.empty()) return paragraph("There is no source that has to report.");
  // Those that did not report come first.
  for (const bool reported : {false, true}) {
    for (const SourceRow& row : input_.sources) {
      if ((row.state == SourceState::Reported) == reported) tableRow(sourceColumns(), row);
    }
  }
}

void PdfReport::addFindings() {
  beginSection("Findings", "What the rules found at the data cut, the gravest first.");
  if (input_.findings.empty()) return paragraph("The rules found nothing.");
  for (std::size_t severity = 0; severity < std::size(kFindingSeverityWords); ++severity) {
    for (const FindingRow& row : input_.findings) {
      if (static_cast<std::size_t>(row.severity) == severity) tableRow(findingColumns(), row);
    }
  }
}

void PdfReport::addPopulation(const PopulationRow& row) {
  if (populationShown_ == input_.pdfRows) return;
  if (populationShown_++ == 0) {
    beginSection(
        "Access population",
        "Each row is a way from a host to a logical unit, as it was at the data cut. The whole population is in "
        "population.csv and population.jsonl.");
  }
  tableRow(populationColumns(), row);
}

// --- title page -----------------------------------------------------------------------------------------------------

float PdfReport::titleHead() {
  pdf_.box(0, 0, PdfDocument::kWidth, 8, kNavy);
  pdf_.text(kMargin, 46, {Font::Bold, 8, kQuiet}, "ACCESS EVIDENCE");
  pdf_.textRight(kRight, 46, {Font::Regular, 8, kQuiet},
                 pdf_.fitMiddle(drawable(input_.serverName), Font::Regular, 8, kInner / 2));
  float y = 78;
  const std::string title = drawable(input_.title);
  const float size = pdf_.widthOf(title, Font::Bold, 24) < kInner ? 24 : 17;
  for (const std::string& line : pdf_.wrap(title, Font::Bold, size, kInner, 3)) {
    pdf_.text(kMargin, y, {Font::Bold, size, kNavy}, line);
    y += size * 1.2f;
  }
  y += 24 - size;  // the same room below a smaller title
  pdf_.text(kMargin, y - 6, {Font::Regular, 10, kInk},
            "Data cut at revision " + grouped(input_.cut.revision) + ", " + longTime(input_.cut.time) + ".");
  return y + 12;
}

float PdfReport::figures(float y, const PackTotals& totals) {
  std::vector<KeyFigure> figures = input_.figures;
  if (figures.empty()) figures.push_back({grouped(totals.counts.population),
                       std::string(base::plural(totals.counts.population, "row", "rows")) + " of the population"});
  figures.resize(std::min(figures.size(), kMaxFigures));
  const float gap = 10;
  const float width = (kInner - gap * (kMaxFigures - 1)) / kMaxFigures;
  float x = kMargin;
  for (const KeyFigure& figure : figures) {
    pdf_.box(x, y, width, 58, kStripe);
    pdf_.box(x, y, width, 1.5f, kNavy);
    // A figure is never cut: a long one is written smaller.
    const std::string value = drawable(figure.value);
    const float natural = pdf_.widthOf(value, Font::Bold, 18);
    const float size = natural <= width - 18 ? 18 : std::max(18 * (width - 18) / natural, 5.0f);
    pdf_.text(x + 9, y + 27, {Font::Bold, size, kNavy}, pdf_.fitEnd(value, Font::Bold, size, width - 17));
    float base = y + 41;
    for (const std::string& line : pdf_.wrap(drawable(figure.label), Font::Regular, 7.2f, width - 18, 2)) {
      pdf_.text(x + 9, base, {Font::Regular, 7.2f, kQuiet}, line);
      base += 9.5f;
    }
    x += width + gap;
  }
  return y + 58 + 26;
}

void PdfReport::completeness(float y, const PackTotals& totals) {
  const float width = 440;
  const Colour mark = totals.complete ? kGood : kWarn;
  pdf_.text(kMargin, y, {Font::Bold, 11, kNavy}, "Completeness");
  const float x = kMargin + 13;
  float base = y + 21;
  pdf_.text(x, base, {Font::Bold, 9.5f, mark}, totals.complete ? "Every source reported" : "Not complete");
  base += 14;
  for (const std::string& line : pdf_.wrap(totals.statement, Font::Regular, 8.2f, width - 20, 3)) {
    pdf_.text(x, base, {Font::Regular, 8.2f, kInk}, line);
    base += 11;
  }
  base += 5;
  std::uint64_t shown = 0;
  for (const SourceRow& source : input_.sources) {
    if (source.state == SourceState::Reported) continue;
    if (shown == 5) break;
    ++shown;
    const auto state = static_cast<std::size_t>(source.state);
    pdf_.text(x, base, {Font::Bold, 7.4f, kSourceColours[state]}, kSourceStateWords[state]);
    pdf_.text(x + 62, base, {Font::Regular, 7.4f, kInk},
              pdf_.fitMiddle(drawable(source.name), Font::Regular, 7.4f, 225));
    pdf_.text(x + 298, base, {Font::Regular, 7.4f, kQuiet},
              source.lastReport ? "last " + shortTime(base::timeText(*source.lastReport)) : std::string("no report"));
    base += 11;
  }
  if (totals.counts.sourcesSilent > shown) {
    pdf_.text(
        x, base, {Font::Regular, 7.4f, kQuiet},
        "and " + grouped(totals.counts.sourcesSilent - shown) + " more, from page " + std::to_string(sourcesPage_));
    base += 11;
  }
  pdf_.box(kMargin, y + 11, 3, base - y - 17, mark);
}

void PdfReport::severities(float y) {
  const float x = 530;
  const float barX = x + 62;
  const float barWidth = kRight - barX - 42;
  std::array<std::uint64_t, std::size(kFindingSeverityWords)> counts{};
  std::uint64_t waived = 0;
  for (const FindingRow& finding : input_.findings) {
    ++counts[static_cast<std::size_t>(finding.severity)];
    if (!finding.waiver.empty()) ++waived;
  }
  const float most = static_cast<float>(std::max<std::uint64_t>(*std::max_element(counts.begin(), counts.end()), 1));
  pdf_.text(x, y, {Font::Bold, 11, kNavy}, "Findings by severity");
  float base = y + 22;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    pdf_.text(x, base, {Font::Regular, 8.2f, kInk}, kFindingSeverityWords[i]);
    pdf_.box(barX, base - 7, barWidth, 9, kStripe);
    const float share = static_cast<float>(counts[i]) / most;
    if (counts[i] > 0) pdf_.box(barX, base - 7, std::max(barWidth * share, 2.0f), 9, kSeverityColours[i]);
    pdf_.textRight(kRight, base, {Font::Bold, 8.2f, counts[i] > 0 ? kInk : kQuiet}, grouped(counts[i]));
    base += 18;
  }
  const std::string note = input_.findings.empty() ? "The rules found nothing."
                                                   : grouped(input_.findings.size()) + " in all, " + grouped(waived) +
                                                         " of them accepted by a waiver.";
  pdf_.text(x, base + 4, {Font::Regular, 7.6f, kQuiet}, note);
}

float PdfReport::fact(float x, float y, float width, std::string_view label, std::string_view value) {
  if (value.empty()) return y;
  pdf_.text(x, y, {Font::Regular, 7.6f, kQuiet}, label);
  for (const std::string& line : pdf_.wrap(drawable(value), Font::Regular, 7.8f, width - kLabel, 3)) {
    pdf_.text(x + kLabel, y, {Font::Regular, 7.8f, kInk}, line);
    y += 10.5f;
  }
  return y + 4;
}

void PdfReport::facts(float y, const PackTotals& totals) {
  pdf_.line(kMargin, y - 16, kRight, y - 16, 0.6f, kRule);
  const float half = kInner / 2 - 12;
  const float right = kMargin + kInner / 2 + 12;
  const auto optionText = [](const auto& option) { return option.name + " " + option.value; };
  const std::string options = base::listed(input_.options, optionText);
  float left = fact(kMargin, y, half, "Question", input_.query);
  left = fact(kMargin, left, half, "Options", options);
  left = fact(kMargin, left, half, "Asked by", input_.requestedBy);
  left = fact(kMargin, left, half, "Reason", input_.reason);
  fact(kMargin, left, half, "Ticket", input_.ticket);
  float base = fact(right, y, half, "Server", input_.serverName + ", id " + input_.serverId + ", " + input_.generator);
  base = fact(right, base, half, "Audit log head",
              "record " + grouped(input_.log.sequence) + ", hash " + hashText(input_.log.hash));
  base = fact(right, base, half, "Signed by", "key " + hashText(totals.signer));
  fact(right, base, half, "Supports evidence for", joined(input_.controls));
}

void PdfReport::titlePage(const PackTotals& totals) {
  pdf_.goTo(0);
  float y = titleHead();
  y = figures(y, totals);
  completeness(y, totals);
  severities(y);
  facts(std::max(y + 178, 418.0f), totals);
}

// --- the end --------------------------------------------------------------------------------------------------------

void PdfReport::checkingPage(const PackTotals& totals) {
  beginSection("How to check this evidence", {});
  paragraph(
      "Ask the administrator for the fingerprint of the server's signing key on another way than this file, and "
      "compare it with the one below. Then:");
  pdf_.box(kMargin, y_ - 3, kInner, 20, kStripe);
  pdf_.box(kMargin, y_ - 3, 3, 20, kNavy);
  pdf_.text(kMargin + 13, y_ + 10.5f, {Font::Bold, 9, kNavy}, "sanctl evidence verify FILE --key FINGERPRINT");
  y_ += 27;
  paragraph(
      "It needs no server and no network. It checks the signature over the manifest, the SHA-256 of every file, "
      "and that the counts of the manifest are the rows of the tables. README.txt in the pack says how to do the "
      "same with openssl and sha256sum.");
  paragraph(
      "This evidence says what was configured, reported and approved at the data cut. It supports evidence for a "
      "control; whether the control is met is for its auditor to judge.");
  y_ += 6;
  fact(kMargin, y_ + 8, kInner, "Signed by", base::hexText(totals.signer));
  y_ = fact(kMargin, y_ + 24, kInner, "Audit log head",
            "record " + grouped(input_.log.sequence) + ", " + base::hexText(input_.log.hash)) +
       8;
  pdf_.box(kMargin, y_, kInner, 16, kHead);
  const Style head{Font::Bold, 7, kNavy};
  pdf_.text(kMargin + kCellPad, y_ + 11, head, "File");
  pdf_.textRight(kMargin + 250, y_ + 11, head, "Rows");
  pdf_.textRight(kMargin + 330, y_ + 11, head, "Bytes");
  pdf_.text(kMargin + 350, y_ + 11, head, "SHA-256");
  y_ += 16;
  for (const evidence::PackFile& file : totals.files) {
    const Style style{Font::Regular, 7.4f, kInk};
    pdf_.text(kMargin + kCellPad, y_ + 11, style, file.name);
    if (file.rows) pdf_.textRight(kMargin + 250, y_ + 11, style, grouped(*file.rows));
    pdf_.textRight(kMargin + 330, y_ + 11, style, grouped(file.bytes));
    pdf_.text(kMargin + 350, y_ + 11, style, base::hexText(file.sha256));
    pdf_.line(kMargin, y_ + 16, kRight, y_ + 16, 0.4f, kRule);
    y_ += 16;
  }
}

void PdfReport::footers() {
  const Style style{Font::Regular, 7, kQuiet};
  const std::string cut = drawable(input_.serverName) + "   \xc2\xb7   revision " + grouped(input_.cut.revision) +
                          "   \xc2\xb7   " + longTime(input_.cut.time);
  for (std::size_t i = 0; i < pdf_.pages(); ++i) {
    pdf_.goTo(i);
    pdf_.line(kMargin, 560, kRight, 560, 0.6f, kRule);
    pdf_.text(kMargin, 573, style, pdf_.fitMiddle(cut, Font::Regular, 7, kInner - 100));
    pdf_.textRight(kRight, 573, style, "Page " + grouped(i + 1) + " of " + grouped(pdf_.pages()));
  }
}

base::Result<base::Bytes> PdfReport::finish(const PackTotals& totals) {
  if (totals.counts.population == 0) {
    beginSection("Access population", {});
    paragraph("There is no way from any host to any logical unit that the question is about.");
  } else if (totals.counts.population > populationShown_) {
    if (populationShown_ == 0) beginSection("Access population", {});
    if (y_ + 24 > kBottom) {
      pdf_.addPage();
      pageHeading(section_ + ", continued", {});
    }
    y_ += 8;
    paragraph("Rows 1 to " + grouped(populationShown_) + " of " + grouped(totals.counts.population) +
              " are shown. All of them are in population.csv and population.jsonl.");
  }
  checkingPage(totals);
  titlePage(totals);
  footers();
  return pdf_.finish("Sanctum access evidence", "Sanctum", input_.cut.time);
}

}  // namespace manage
