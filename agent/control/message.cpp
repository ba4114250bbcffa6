#include "agent/control/message.h"

#include <algorithm>

#include "shared/base/json_reader.h"
#include "shared/base/secret_json.h"
#include "shared/base/suggest.h"

namespace control {
namespace {

using base::Json;

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 64;
  return "\"" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "...\"" : "\"");
}

template <class Rows>
std::string meant(std::string_view word, const Rows& rows) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(row.name);
  const auto near = base::nearest(word, names);
  return near ? "; did you mean " + quoted(*near) + "?" : std::string();
}

bool isKind(const base::Json& value, ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::Text:
      return value.text() != nullptr;
    case ArgumentKind::Number:
      return value.number() != nullptr;
    case ArgumentKind::Flag:
      return value.truth() != nullptr;
    case ArgumentKind::Texts:
      break;
  }
  const base::Json::Array* array = value.array();
  return array != nullptr &&
         std::all_of(array->begin(), array->end(), [](const base::Json& element) { return element.text() != nullptr; });
}

class RequestReader {
 public:
  explicit RequestReader(std::span<const CommandRow> table) : table_(table) {}

  base::Result<Request, BadLine> read(std::string_view line) {
    if (line.size() > kMaxRequest) return bad("the line is too long");
    auto json = base::parseJson(line);
    if (!json) return bad("the line is no JSON: " + json.error().text);
    auto request = readMembers(*json);
    base::wipeTexts(*json);
    if (!request) request_.arguments.wipe();
    return request;
  }

 private:
  base::Result<Request, BadLine> readMembers(const base::Json& json) {
    const base::Json::Object* members = json.object();
    if (members == nullptr) return bad("the line is no JSON object");
    if (const base::Json* id = json.find("id"); id != nullptr && id->number() != nullptr) request_.id = *id->number();
    const base::Json* version = json.find("v");
    if (version == nullptr || version->number() == nullptr) return bad("\"v\", the version, is missing");
    if (*version->number() != kVersion) {
      return bad("this agent speaks version " + std::to_string(kVersion) + ", not " +
                 std::to_string(*version->number()));
    }
    for (const base::JsonMember& member : *members) {
      if (member.name != "v" && member.name != "id" && member.name != "command" && member.name != "arguments") {
        return bad("unknown member " + quoted(member.name));
      }
    }
    const base::Json* command = json.find("command");
    if (command == nullptr || command->text() == nullptr) return bad("\"command\" is missing");
    const CommandRow* row = findCommand(*command->text(), table_);
    if (row == nullptr) {
      return bad("unknown command " + quoted(*command->text()) + meant(*command->text(), table_));
    }
    request_.command = row->command;
    return readArguments(*row, json.find("arguments"));
  }

  base::Failure<BadLine> bad(std::string text) const {
    return base::fail(BadLine{request_.id, {Code::BadRequest, std::move(text)}});
  }

  base::Result<Request, BadLine> readArguments(const CommandRow& row, const base::Json* arguments) {
    static const base::Json::Object kNone;
    const base::Json::Object* members = arguments == nullptr ? &kNone : arguments->object();
    if (members == nullptr) return bad("\"arguments\" is no object");
    for (const base::JsonMember& member : *members) {
      const auto argument = std::find_if(row.arguments.begin(), row.arguments.end(),
                                         [&](const ArgumentRow& one) { return one.name == member.name; });
      if (argument == row.arguments.end()) {
        return bad(std::string(row.name) + " has no argument " + quoted(member.name) +
                   meant(member.name, row.arguments));
      }
      if (!isKind(member.value, argument->kind)) {
        return bad(std::string(row.name) + ": " + quoted(member.name) + " is a " +
                   std::string(kArgumentKindWords[static_cast<std::size_t>(argument->kind)]));
      }
      request_.arguments.set(member.name, member.value);
    }
    for (const ArgumentRow& argument : row.arguments) {
      if (argument.required && !request_.arguments.has(argument.name)) {
        return bad(std::string(row.name) + ": " + quoted(argument.name) + " is missing");
      }
    }
    return std::move(request_);
  }

  std::span<const CommandRow> table_;
  Request request_;
};

std::string lineOf(base::Json::Object members) {
  std::string line;
  base::Json(std::move(members)).writeCompact(line);
  return line + "\n";
}

}  // namespace

const base::Json* Arguments::find(std::string_view name) const {
  for (const base::JsonMember& member : members_) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

std::string Arguments::text(std::string_view name) const {
  const base::Json* value = find(name);
  const std::string* text = value == nullptr ? nullptr : value->text();
  return text == nullptr ? std::string() : *text;
}

std::optional<base::Secret> Arguments::secret(std::string_view name) const {
  const base::Json* value = find(name);
  const std::string* text = value == nullptr ? nullptr : value->text();
  return text == nullptr ? base::Secret() : base::Secret::from(*text);
}

void Arguments::wipe() {
  for (base::JsonMember& member : members_) base::wipeTexts(member.value);
}

std::optional<std::uint64_t> Arguments::number(std::string_view name) const {
  const base::Json* value = find(name);
  const std::uint64_t* number = value == nullptr ? nullptr : value->number();
  if (number == nullptr) return std::nullopt;
  return *number;
}

bool Arguments::flag(std::string_view name) const {
  const base::Json* value = find(name);
  const bool* truth = value == nullptr ? nullptr : value->truth();
  return truth != nullptr && *truth;
}

std::vector<std::string> Arguments::texts(std::string_view name) const {
  std::vector<std::string> list;
  const base::Json* value = find(name);
  const base::Json::Array* array = value == nullptr ? nullptr : value->array();
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    if (const std::string* text = (*array)[i].text()) list.push_back(*text);
  }
  return list;
}

base::Result<Request, BadLine> parseRequest(std::string_view line, std::span<const CommandRow> table) {
  return RequestReader(table).read(line);
}

std::string writeRequest(const Request& request) {
  return lineOf({{"v", kVersion},
                 {"id", request.id},
                 {"command", rowOf(request.command).name},
                 {"arguments", request.arguments.members()}});
}

std::string writeAnswer(std::uint64_t id, const Result& result) {
  if (result) return lineOf({{"v", kVersion}, {"id", id}, {"ok", true}, {"result", *result}});
  base::Json::Object error{{"code", wordOf(result.error().code)}, {"text", result.error().text}};
  return lineOf({{"v", kVersion}, {"id", id}, {"ok", false}, {"error", std::move(error)}});
}

base::Result<Result> parseAnswer(std::string_view line, std::uint64_t id) {
  const auto json = base::parseJson(line);
  if (!json) return base::fail("the answer is no JSON: " + json.error().text);
  const base::Json* version = json->find("v");
  if (version == nullptr || version->number() == nullptr || *version->number() != kVersion) {
    return base::fail("the answer is of another version");
  }
  const base::Json* answers = json->find("id");
  if (answers == nullptr || answers->number() == nullptr || *answers->number() != id) {
    return base::fail("the answer is for another request");
  }
  const base::Json* ok = json->find("ok");
  if (ok == nullptr || ok->truth() == nullptr) return base::fail("the answer does not say whether it was done");
  if (*ok->truth()) {
    const base::Json* result = json->find("result");
    return Result(result == nullptr ? base::Json() : *result);
  }
  const base::Json* error = json->find("error");
  const base::Json* code = error == nullptr ? nullptr : error->find("code");
  const base::Json* text = error == nullptr ? nullptr : error->find("text");
  if (code == nullptr || code->text() == nullptr || text == nullptr || text->text() == nullptr) {
    return base::fail("the answer does not say why it was not done");
  }
  Refusal refusal{Code::Failed, *text->text()};
  for (std::size_t i = 0; i < std::size(kCodeWords); ++i) {
    if (kCodeWords[i] == *code->text()) refusal.code = static_cast<Code>(i);
  }
  return Result(base::fail(std::move(refusal)));
}

}  // namespace control
