#include "shared/evidence/manifest.h"

#include "shared/base/hex.h"
#include "shared/base/json_reader.h"
#include "shared/base/time_text.h"

namespace evidence {
namespace {

constexpr std::string_view kFormat = "sanctum-evidence";
constexpr std::uint64_t kVersion = 1;

// Reads members of an object; the first that is not there or of another type is remembered.
class Reader {
 public:
  explicit Reader(const base::Json* json) : json_(json) {}

  std::string text(std::string_view name) {
    const base::Json* member = find(name);
    if (member != nullptr && member->text() != nullptr) return *member->text();
    return fail(name), std::string();
  }
  std::uint64_t number(std::string_view name) {
    const base::Json* member = find(name);
    if (member != nullptr && member->number() != nullptr) return *member->number();
    return fail(name), std::uint64_t{0};
  }
  bool truth(std::string_view name) {
    const base::Json* member = find(name);
    if (member != nullptr && member->truth() != nullptr) return *member->truth();
    return fail(name), false;
  }
  Digest digest(std::string_view name) {
    const auto digest = parseDigest(text(name));
    if (!digest) fail(name);
    return digest.value_or(Digest{});
  }
  base::WallTime time(std::string_view name) {
    const auto time = base::parseTime(text(name));
    if (!time) fail(name);
    return time.value_or(base::WallTime{});
  }
  Reader object(std::string_view name) { return Reader(find(name), wrong_); }
  const base::Json::Array& array(std::string_view name) {
    static const base::Json::Array kNone;
    const base::Json* member = find(name);
    if (member != nullptr && member->array() != nullptr) return *member->array();
    return fail(name), kNone;
  }
  const base::Json::Object& members(std::string_view name) {
    static const base::Json::Object kNone;
    const base::Json* member = find(name);
    if (member != nullptr && member->object() != nullptr) return *member->object();
    return fail(name), kNone;
  }
  Reader element(const base::Json& json) { return Reader(&json, wrong_); }
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  void fail(std::string_view name) {
    if (wrong_->empty()) *wrong_ = name;
  }
  [[nodiscard]] const std::string& wrong() const { return *wrong_; }

 private:
  Reader(const base::Json* json, std::string* wrong) : json_(json), wrong_(wrong) {}
  [[nodiscard]] const base::Json* find(std::string_view name) const {
    return json_ == nullptr ? nullptr : json_->find(name);
  }
  const base::Json* json_;
  std::string own_;
  std::string* wrong_ = &own_;
};

}  // namespace

base::Json toJson(const DataCut& cut) {
  return base::Json::Object{{"revision", cut.revision}, {"time", base::timeText(cut.time)}};
}

base::Json toJson(const PackCounts& counts) {
  return base::Json::Object{{"population", counts.population},
                            {"findings", counts.findings},
                            {"sources", counts.sources},
                            {"sourcesSilent", counts.sourcesSilent}};
}

base::Json toJson(const LogHead& log) {
  return base::Json::Object{{"sequence", log.sequence}, {"hash", base::hexText(log.hash)}};
}

std::string manifestText(const Manifest& manifest) {
  base::Json::Object options;
  for (const PackOption& option : manifest.options) options.push_back({option.name, option.value});
  base::Json::Array files;
  for (const PackFile& file : manifest.files) {
    base::Json::Object row{{"name", file.name}, {"bytes", file.bytes}, {"sha256", base::hexText(file.sha256)}};
    if (file.rows) row.push_back({"rows", *file.rows});
    files.push_back(std::move(row));
  }
  const base::Json json = base::Json::Object{
      {"format", kFormat},
      {"version", kVersion},
      {"title", manifest.title},
      {"server", base::Json::Object{{"id", manifest.serverId}, {"name", manifest.serverName}}},
      {"generator", manifest.generator},
      {"cut", toJson(manifest.cut)},
      {"query", manifest.query},
      {"options", std::move(options)},
      {"counts", toJson(manifest.counts)},
      {"completeness", base::Json::Object{{"complete", manifest.complete}, {"statement", manifest.statement}}},
      {"log", toJson(manifest.log)},
      {"files", std::move(files)},
      {"signer", base::Json::Object{{"algorithm", "Ed25519"}, {"fingerprint", base::hexText(manifest.signer)}}},
  };
  std::string text;
  json.writePretty(text);
  text += '\n';
  return text;
}

base::Result<Manifest> manifestFromText(std::string_view text) {
  if (text.size() > kMaxManifest) return base::fail("it is too long");
  const auto json = base::parseJson(text);
  if (!json) return base::fail(json.error());
  Reader in(&*json);
  if (in.text("format") != kFormat || in.number("version") != kVersion) {
    return base::fail("it is no manifest of an evidence pack of version 1");
  }
  Manifest manifest;
  manifest.title = in.text("title");
  manifest.generator = in.text("generator");
  manifest.query = in.text("query");
  Reader server = in.object("server");
  manifest.serverId = server.text("id");
  manifest.serverName = server.text("name");
  Reader cut = in.object("cut");
  manifest.cut = {cut.number("revision"), cut.time("time")};
  for (const base::JsonMember& option : in.members("options")) {
    if (option.value.text() == nullptr) return base::fail("an option is no text");
    manifest.options.push_back({option.name, *option.value.text()});
  }
  Reader counts = in.object("counts");
  manifest.counts = {counts.number("population"), counts.number("findings"), counts.number("sources"),
                     counts.number("sourcesSilent")};
  Reader completeness = in.object("completeness");
  manifest.complete = completeness.truth("complete");
  manifest.statement = completeness.text("statement");
  Reader log = in.object("log");
  manifest.log = {log.number("sequence"), log.digest("hash")};
  for (const base::Json& element : in.array("files")) {
    Reader row = in.element(element);
    PackFile file{row.text("name"), row.number("bytes"), row.digest("sha256"), std::nullopt};
    if (row.has("rows")) file.rows = row.number("rows");
    manifest.files.push_back(std::move(file));
  }
  manifest.signer = in.object("signer").digest("fingerprint");
  if (!in.wrong().empty()) return base::fail("its member " + in.wrong() + " is missing or no such value");
  if (manifestText(manifest) != text) return base::fail("it is not written as the server writes it");
  return manifest;
}

}  // namespace evidence
