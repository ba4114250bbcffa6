#include "isns-server/manage/evidence/build_evidence.h"

#include <algorithm>

#include "isns-server/manage/evidence/evidence_tables.h"
#include "isns-server/manage/evidence/pdf_report.h"
#include "shared/base/csv_cell.h"
#include "shared/base/plural.h"
#include "shared/evidence/csv.h"
#include "shared/evidence/tar.h"
#include "shared/ops/escape.h"

namespace manage {
namespace {

constexpr std::string_view kReadme =
    "An evidence pack of Sanctum: which hosts can reach which logical units, as it was at the data cut.\n"
    "\n"
    "  summary.pdf       for people\n"
    "  population.csv    every way in, one a row; texts that begin with = + - @ have an apostrophe before them\n"
    "                    columns: host, unit, right, state, why, since and revision (when it came to be; empty: not\n"
    "                    known), change_set (the number of the change set by whose commit it is so; empty: none, or "
    "not\n"
    "                    known), approval (who, and ticket or change set), proof (of who the host is), labels\n"
    "  population.jsonl  the same, one JSON object a line, texts as they are\n"
    "  findings.csv      what the rules found\n"
    "  sources.csv       who was to report, and who did not\n"
    "  evidence.json     question, cut, key figures, sources and findings for programs\n"
    "  manifest.json     SHA-256 of each file, data cut, counts, completeness, head of the audit log\n"
    "  manifest.sig      Ed25519 signature over manifest.json\n"
    "  signer.pem        the public key that made it\n"
    "\n"
    "To check it, ask the administrator for the fingerprint of the signing key, on another way than this file. Then\n"
    "\n"
    "  sanctl evidence verify FILE --key FINGERPRINT\n"
    "\n"
    "or by hand, after unpacking:\n"
    "\n"
    "  openssl pkey -pubin -in signer.pem -outform DER | sha256sum        must print the fingerprint\n"
    "  openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in manifest.json -sigfile manifest.sig\n"
    "  sha256sum *                                                        must print what manifest.json says\n"
    "\n"
    "The pack supports evidence for a control; whether the control is met is for its auditor to judge.\n";

// One table as CSV, and as JSON where that is wanted.
template <class Row>
class TableText {
 public:
  explicit TableText(std::span<const TableColumn<Row>> columns) : columns_(columns) {
    std::vector<std::string_view> names;
    for (const auto& column : columns) names.push_back(column.name);
    evidence::appendCsvRow(csv_, names);
  }
  void add(const Row& row) {
    ++rows_;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) csv_ += ',';
      base::appendCsvCell(csv_, cell(i, row));
    }
    csv_ += '\n';
  }
  void addJson(std::string& out, const Row& row) {
    out += '{';
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) out += ", ";
      ops::appendJson(out, columns_[i].name);
      out += ": ";
      const std::string& text = cell(i, row);
      if (columns_[i].number) {
        out += text.empty() ? "null" : text;
      } else {
        ops::appendJson(out, text);
      }
    }
    out += '}';
  }
  base::Json json(const Row& row) {
    base::Json::Object object;
    for (std::size_t i = 0; i < columns_.size(); ++i) object.push_back({std::string(columns_[i].name), cell(i, row)});
    return object;
  }
  [[nodiscard]] const std::string& csv() const { return csv_; }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  const std::string& cell(std::size_t column, const Row& row) {
    cell_.clear();
    columns_[column].append(cell_, row);
    return cell_;
  }
  std::span<const TableColumn<Row>> columns_;
  std::string csv_;
  std::string cell_;
  std::uint64_t rows_ = 0;
};

std::uint64_t countState(const EvidenceInput& input, SourceState state) {
  return static_cast<std::uint64_t>(std::count_if(input.sources.begin(), input.sources.end(),
                                                  [&](const SourceRow& row) { return row.state == state; }));
}

std::string statementOf(const EvidenceInput& input, std::uint64_t silent) {
  std::string broken;
  for (const SourceRow& row : input.sources) {
    if (row.state == SourceState::Broken) broken += "The " + row.name + " is broken: " + row.note + ". ";
    if (row.state == SourceState::Gap) broken += "The " + row.name + " has a gap: " + row.note + ". ";
  }
  const std::string all = grouped(input.sources.size());
  if (input.sources.empty()) return "There is no source that has to report; what is observed is not known.";
  if (silent == 0 && input.sources.size() == 1) return "The only source reported up to the data cut.";
  if (silent == 0) return "All " + all + " sources reported up to the data cut.";
  const std::uint64_t unkept = countState(input, SourceState::Unkept);
  if (unkept != 0) {
    broken += "Of " + grouped(unkept) + std::string(base::plural(unkept, " source", " sources")) +
              " it is not kept whether they reported up to the data cut. ";
  }
  const std::uint64_t silentOnes =
      silent - countState(input, SourceState::Broken) - countState(input, SourceState::Gap) - unkept;
  if (silentOnes == 0) return broken + "All other sources reported up to the data cut.";
  return broken + grouped(silentOnes) + " of " + all +
         std::string(base::plural(input.sources.size(), " source", " sources")) +
         " did not report up to the data cut: " + grouped(countState(input, SourceState::Late)) + " late, " +
         grouped(countState(input, SourceState::Silent)) + " silent, " +
         grouped(countState(input, SourceState::Unmanaged)) +
         " unmanaged. What they would have shown is unknown, and is not counted as no access.";
}

std::string fileNameOf(const EvidenceInput& input) {
  std::string name;
  for (const char c : input.serverName.substr(0, 64)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    name += plain ? c : '_';
  }
  if (name.empty() || name.front() == '.' || name.front() == '-') name.insert(0, "sanctum");
  return name + "-r" + std::to_string(input.cut.revision) + std::string(evidence::kPackSuffix);
}

class Builder {
 public:
  Builder(const EvidenceInput& input, const evidence::SigningKey& key)
      : input_(input),
        key_(key),
        population_(populationColumns()),
        findings_(findingColumns()),
        sources_(sourceColumns()),
        report_(input) {}

  base::Result<EvidencePack> run() {
    if (input_.findings.size() > input_.maxFindings || input_.sources.size() > input_.maxSources) {
      return base::fail("there are too many findings or sources for an evidence pack");
    }
    for (const SourceRow& row : input_.sources) sources_.add(row);
    for (const FindingRow& row : input_.findings) findings_.add(row);
    report_.addSources();
    report_.addFindings();
    if (auto status = takePopulation(); !status) return base::fail(status.error());
    count();
    const std::string facts = factsText();
    addFile("evidence.json", facts, std::nullopt);
    addFile("population.csv", population_.csv(), population_.rows());
    addFile("population.jsonl", jsonLines_, population_.rows());
    addFile("findings.csv", findings_.csv(), findings_.rows());
    addFile("sources.csv", sources_.csv(), sources_.rows());
    auto pdf = report_.finish(totals_);
    if (!pdf) return base::fail(pdf.error());
    files_.insert(files_.begin(), {fileOf("README.txt", base::asBytes(kReadme)), fileOf("summary.pdf", *pdf)});
    contents_.insert(contents_.begin(), {base::asBytes(kReadme), base::ByteView(*pdf)});
    return pack();
  }

 private:
  base::Status takePopulation() {
    PopulationRow row;
    while (input_.population != nullptr && input_.population->next(row)) {
      if (population_.rows() == kMaxPopulation) return base::fail("there are too many rows for an evidence pack");
      population_.add(row);
      population_.addJson(jsonLines_, row);
      jsonLines_ += '\n';
      report_.addPopulation(row);
    }
    if (std::max(population_.csv().size(), jsonLines_.size()) > evidence::kMaxEntrySize) {
      return base::fail("the population is too large for an evidence pack");
    }
    return {};
  }

  void count() {
    const std::uint64_t silent = sources_.rows() - countState(input_, SourceState::Reported);
    totals_.counts = {population_.rows(), findings_.rows(), sources_.rows(), silent};
    totals_.complete = silent == 0 && sources_.rows() > 0;
    totals_.statement = statementOf(input_, silent);
    totals_.signer = key_.verifyingKey().fingerprint();
  }

  std::string factsText() {
    base::Json::Array figures;
    for (const KeyFigure& figure : input_.figures) {
      figures.push_back(base::Json::Object{{"value", figure.value}, {"label", figure.label}});
    }
    base::Json::Array controls;
    for (const std::string& control : input_.controls) controls.emplace_back(control);
    base::Json::Array sources;
    for (const SourceRow& row : input_.sources) sources.push_back(sources_.json(row));
    base::Json::Array findings;
    for (const FindingRow& row : input_.findings) findings.push_back(findings_.json(row));
    const base::Json json = base::Json::Object{{"title", input_.title},
                                               {"cut", evidence::toJson(input_.cut)},
                                               {"query", input_.query},
                                               {"requestedBy", input_.requestedBy},
                                               {"reason", input_.reason},
                                               {"ticket", input_.ticket},
                                               {"counts", evidence::toJson(totals_.counts)},
                                               {"completeness", totals_.statement},
                                               {"log", evidence::toJson(input_.log)},
                                               {"supportsEvidenceFor", std::move(controls)},
                                               {"figures", std::move(figures)},
                                               {"sources", std::move(sources)},
                                               {"findings", std::move(findings)}};
    std::string text;
    json.writePretty(text);
    text += '\n';
    return text;
  }

  static evidence::PackFile fileOf(std::string_view name, base::ByteView content) {
    return {std::string(name), content.size(), evidence::sha256(content), std::nullopt};
  }
  void addFile(std::string_view name, const std::string& content, std::optional<std::uint64_t> rows) {
    files_.push_back(fileOf(name, base::asBytes(content)));
    files_.back().rows = rows;
    contents_.push_back(base::asBytes(content));
    totals_.files = files_;
  }

  EvidencePack pack() {
    EvidencePack pack;
    evidence::Manifest& manifest = pack.manifest;
    manifest.title = input_.title;
    manifest.serverId = input_.serverId;
    manifest.serverName = input_.serverName;
    manifest.generator = input_.generator;
    manifest.cut = input_.cut;
    manifest.query = input_.query;
    manifest.options = input_.options;
    manifest.options.push_back({"pdfRows", std::to_string(input_.pdfRows)});
    manifest.counts = totals_.counts;
    manifest.complete = totals_.complete;
    manifest.statement = totals_.statement;
    manifest.log = input_.log;
    manifest.files = files_;
    manifest.signer = totals_.signer;

    const std::string text = evidence::manifestText(manifest);
    const evidence::Signature signature = key_.sign(base::asBytes(text));
    const base::WallTime time = input_.cut.time;
    std::size_t size = text.size() + 8192;
    for (const base::ByteView content : contents_) size += content.size() + 1024;
    pack.archive.reserve(size);
    evidence::appendTarEntry(pack.archive, evidence::kManifestName, base::asBytes(text), time);
    evidence::appendTarEntry(pack.archive, evidence::kSignatureName, signature, time);
    evidence::appendTarEntry(pack.archive, evidence::kSignerName, base::asBytes(key_.verifyingKey().pem()), time);
    for (std::size_t i = 0; i < files_.size(); ++i) {
      evidence::appendTarEntry(pack.archive, files_[i].name, contents_[i], time);
    }
    evidence::finishTar(pack.archive);
    pack.manifestHash = evidence::sha256(base::asBytes(text));
    pack.fileName = fileNameOf(input_);
    return pack;
  }

  const EvidenceInput& input_;
  const evidence::SigningKey& key_;
  TableText<PopulationRow> population_;
  TableText<FindingRow> findings_;
  TableText<SourceRow> sources_;
  std::string jsonLines_;
  PdfReport report_;
  PackTotals totals_;
  std::vector<evidence::PackFile> files_;
  std::vector<base::ByteView> contents_;  // of files_, in their order
};

}  // namespace

base::Result<EvidencePack> buildEvidence(const EvidenceInput& input, const evidence::SigningKey& key) {
  return Builder(input, key).run();
}

}  // namespace manage
