#include "isns-server/api/body_reader.h"

#include <algorithm>

#include "shared/base/plain_text.h"
#include "shared/base/secret_json.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;

BodyReader::BodyReader(Json& body) : body_(body) {
  if (body.object() == nullptr) problem_ = mgmt::Problem{ProblemCode::BadJson, "The body must be an object.", {}, {}};
}

// `where`: below the member.
void BodyReader::wrong(std::string_view name, std::string_view mustBe, std::string where) {
  if (problem_) return;
  problem_ = mgmt::Problem{ProblemCode::BadValue, std::string(name).append(" ").append(mustBe).append("."),
                           "/" + std::string(name) + where, {}};
}

Json* BodyReader::find(std::string_view name) {
  asked_.push_back(name);
  Json* member = const_cast<Json*>(body_.find(name));  // it is a part of body_, which is ours to wipe
  return member == nullptr || member->isNull() ? nullptr : member;
}

template <class T>
T BodyReader::demanded(std::optional<T> value, std::string_view name, std::string_view mustBe) {
  if (value) return std::move(*value);
  wrong(name, mustBe);
  return {};
}

std::optional<std::string> BodyReader::maybeText(std::string_view name, std::size_t maxBytes) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  const std::string* text = member->text();
  if (text == nullptr || text->empty()) {
    wrong(name, "must be a text");
    return std::nullopt;
  }
  const std::string fault = base::plainTextFault(*text, maxBytes);
  if (fault.empty()) return *text;
  wrong(name, fault);
  return std::nullopt;
}

std::optional<std::vector<std::string>> BodyReader::maybeTexts(std::string_view name, std::size_t maxEntries) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  const Json::Array* list = member->array();
  if (list == nullptr || list->size() > maxEntries) {
    wrong(name, list == nullptr ? "must be a list of texts" : "must have at most " + std::to_string(maxEntries) + " entries");
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const Json& one : *list) {
    const std::string* text = one.text();
    const std::string fault = text == nullptr || text->empty() ? "must be a list of texts that are not empty"
                                                               : base::plainTextFault(*text, kMaxName);
    if (!fault.empty()) {
      wrong(name, fault, "/" + std::to_string(texts.size()));
      return std::nullopt;
    }
    texts.push_back(*text);
  }
  return texts;
}

std::optional<std::uint64_t> BodyReader::maybeNumber(std::string_view name) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->number() != nullptr) return *member->number();
  wrong(name, "must be a whole number");
  return std::nullopt;
}

std::optional<bool> BodyReader::maybeFlag(std::string_view name) {
  const Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->truth() != nullptr) return *member->truth();
  wrong(name, "must be true or false");
  return std::nullopt;
}

std::optional<base::Secret> BodyReader::maybeSecret(std::string_view name) {
  Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  constexpr std::string_view kWanted = "must be a text of at most 255 bytes";
  auto* text = const_cast<std::string*>(member->text());
  if (text == nullptr || text->empty()) {
    wrong(name, kWanted);
    return std::nullopt;
  }
  auto secret = base::Secret::from(*text);
  base::wipeText(*text);
  if (!secret) wrong(name, kWanted);
  return secret;
}

std::string BodyReader::text(std::string_view name, std::size_t maxBytes) {
  return demanded(maybeText(name, maxBytes), name, "must be a text");
}

std::vector<std::string> BodyReader::texts(std::string_view name, std::size_t maxEntries) {
  return demanded(maybeTexts(name, maxEntries), name, "must be a list of texts");
}

std::string BodyReader::lines(std::string_view name, std::size_t maxBytes) {
  const Json* member = find(name);
  const std::string* text = member == nullptr ? nullptr : member->text();
  if (text != nullptr && !text->empty() && text->size() <= maxBytes) return *text;
  wrong(name, "must be a text of at most " + std::to_string(maxBytes) + " bytes");
  return {};
}

std::uint64_t BodyReader::number(std::string_view name) {
  return demanded(maybeNumber(name), name, "must be a whole number");
}
base::Secret BodyReader::secret(std::string_view name) { return demanded(maybeSecret(name), name, "must be a text"); }

std::optional<mgmt::Problem> BodyReader::finish() {
  if (problem_ || body_.object() == nullptr) return problem_;
  for (const base::JsonMember& member : *body_.object()) {
    if (std::find(asked_.begin(), asked_.end(), member.name) != asked_.end()) continue;
    return mgmt::Problem{ProblemCode::BadValue, "There is no member " + member.name + " here.", "/" + member.name, {}};
  }
  return std::nullopt;
}

}  // namespace api
