#include "tests/unit/ctl/scripted_run.h"

#include "isns-server/ctl/fields.h"

namespace ctl_test {
namespace {

class ScriptedConnection final : public ctl::Connection {
 public:
  explicit ScriptedConnection(Script& script) : script_(script) {}

  ctl::Asked<isns::Response> ask(const isns::Request& request) override {
    std::string line(isns::functionName(isns::idOf(request.function)));
    if (request.replace) line += " replace";
    if (!request.source.empty()) line += " source: " + words(request.source);
    if (!request.key.empty()) line += " " + words(request.key);
    line += " |";
    if (!request.operating.empty()) line += " " + words(request.operating);
    script_.asked.push_back(line);
    if (script_.replies.empty())
      return base::fail(ctl::Failure{ctl::Exit::Local, "the script has no answer to", line, ""});
    Script::Reply reply = std::move(script_.replies.front());
    script_.replies.pop_front();
    if (auto* failure = std::get_if<ctl::Failure>(&reply)) return base::fail(*failure);
    return std::get<isns::Response>(std::move(reply));
  }
  [[nodiscard]] std::string server() const override { return "10.0.0.1:3205"; }
  ctl::Asked<isns::IpAddress> localAddress() override { return *isns::parseIp("10.0.0.99"); }
  ctl::Asked<std::uint32_t> listen(const isns::PortalAddress& address) override {
    script_.listened.push_back(isns::formatPortal(address));
    return 4711 | (address.port & isns::kUdpPortFlag);
  }
  std::optional<ctl::Notice> nextNotice(base::TimePoint until) override {
    if (script_.notices.empty()) {
      if (script_.interruptAtEnd) script_.interrupted = true;
      script_.time = until;
      return std::nullopt;
    }
    ctl::Notice notice = script_.notices.front();
    script_.notices.pop_front();
    return notice;
  }
  [[nodiscard]] bool interrupted() const override { return script_.interrupted; }

 private:
  Script& script_;
};

}  // namespace

std::string words(base::ByteView tlvs) {
  const auto attributes = isns::readAttributes(tlvs);
  if (!attributes) return "malformed";
  std::string text;
  for (const isns::AttributeValue& attribute : *attributes) {
    if (!text.empty()) text += ' ';
    text += ctl::fieldName(attribute.tag);
    if (!attribute.empty()) text += "=" + isns::formatValue(attribute.view());
  }
  return text;
}

base::Bytes tlvs(const std::string& text) {
  base::Bytes bytes;
  for (const std::string& word : split(text)) {
    const auto field = ctl::parseField(word);
    if (!field) throw std::invalid_argument(field.error().why);
    const base::Bytes tlv = field->tlv();
    bytes.insert(bytes.end(), tlv.begin(), tlv.end());
  }
  return bytes;
}

isns::AttributeValues attributes(const std::string& text) { return *isns::readAttributes(tlvs(text)); }

void Script::answer(const std::string& key, const std::string& operating) {
  replies.emplace_back(isns::Response{0, attributes(key), attributes(operating)});
}
void Script::refuse(std::uint32_t status) { replies.emplace_back(isns::Response{status, {}, {}}); }
void Script::fail(ctl::Exit exit) { replies.emplace_back(ctl::Failure{exit, "no answer", "scripted", ""}); }

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> words;
  bool inWord = false;
  char quoted = 0;
  for (const char c : line) {
    if (c == quoted || (quoted == 0 && (c == '"' || c == '\''))) {
      quoted = quoted == 0 ? c : '\0';
      if (!inWord) words.emplace_back();
      inWord = true;
    } else if (c == ' ' && quoted == 0) {
      inWord = false;
    } else {
      if (!inWord) words.emplace_back();
      inWord = true;
      words.back() += c;
    }
  }
  return words;
}

ctl::Context World::context(std::ostream& out, std::ostream& err) {
  const auto lookUp = [](const std::map<std::string, std::string>& map, const std::string& key) {
    const auto at = map.find(key);
    return at == map.end() ? std::nullopt : std::optional(at->second);
  };
  return {
      .out = out,
      .err = err,
      .environment = [this, lookUp](const char* name) { return lookUp(environment, name); },
      .readFile = [this, lookUp](const std::string& path) { return lookUp(files, path); },
      .hostName = [] { return std::string("host1.example.com"); },
      .now =
          [this] {
            return base::Now{script.time, base::WallTime(std::chrono::seconds(1717146900))};
          },
      .connect = [this](const ctl::ServerSettings& settings) -> std::unique_ptr<ctl::Connection> {
        script.settings.push_back(settings);
        return std::make_unique<ScriptedConnection>(script);
      },
      .tables = kTables,
  };
}

Ended World::run(const std::vector<std::string>& words) {
  std::ostringstream out;
  if (outputFails) out.setstate(std::ios::badbit);
  std::ostringstream err;
  ctl::Context with = context(out, err);
  Ended ended;
  ended.exit = ctl::run(words, with);
  ended.out = out.str();
  ended.err = err.str();
  return ended;
}
Ended World::run(const std::string& line) { return run(split(line)); }

}  // namespace ctl_test
