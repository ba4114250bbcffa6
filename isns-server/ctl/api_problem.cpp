#include "isns-server/ctl/api_problem.h"

#include <algorithm>
#include <array>
#include <optional>

#include "isns-server/ctl/api_text.h"
#include "shared/base/json_reader.h"
#include "shared/base/whole_number.h"
#include "shared/mgmt/problem.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::ProblemCode;

// What a problem means for a script.
Exit exitOf(ProblemCode code) {
  switch (code) {
    case ProblemCode::NoSuchObject:
      return Exit::Empty;
    case ProblemCode::LoginNeeded:
    case ProblemCode::LoginFailed:
    case ProblemCode::LoginWait:
    case ProblemCode::TokenEnded:
    case ProblemCode::CertificateRefused:
    case ProblemCode::RightMissing:
    case ProblemCode::LocalOnly:
      return Exit::Denied;
    case ProblemCode::StaleDraft:
    case ProblemCode::OldVersion:
    case ProblemCode::WrongState:
    case ProblemCode::Guard:
    case ProblemCode::ApprovalNeeded:
    case ProblemCode::NameTaken:
    case ProblemCode::AlreadyInitialised:
      return Exit::Conflict;
    default:
      return Exit::Refused;
  }
}

// What lists the objects below a path, and what shows one of them: "{}" is its name or number. The first that fits.
struct Place {
  std::string_view path;
  std::string_view list;
  std::string_view show;
};
constexpr std::array kPlaces{
    Place{"/changes", "sanctl change list shows all", "sanctl change show {} says where it stands"},
    Place{"/chap/rotations", "sanctl chap batch list shows all", "sanctl chap batch show {} says where it stands"},
    Place{"/chap", "sanctl chap list shows all", "sanctl chap show {} says where it stands"},
    Place{"/agents", "sanctl agent list shows all", "sanctl agent list says where it stands"},
    Place{"/users", "sanctl user list shows all", "sanctl user list shows it"},
    Place{"/password", "sanctl user list shows all", "sanctl user list shows it"},
    Place{"/tokens", "sanctl token list shows all", "sanctl token list shows it"},
    Place{"", "look for it with sanctl search TEXT", "look at it again with sanctl show"},
};
const Place& placeOf(mgmt::Route route) {
  return *std::ranges::find_if(
      kPlaces, [path = mgmt::rowOf(route).path](const Place& place) { return path.starts_with(place.path); });
}

std::string filled(std::string_view text, const AskedFor& asked) {
  std::string made(text);
  const std::size_t at = made.find("{}");
  if (at != std::string::npos) made.replace(at, 2, asked.segments.empty() ? "ID" : shellWord(asked.segments.front()));
  return made;
}

// Why change sets refuse (isns-server/manage/changes/change_outputs.h), where the code alone says too little.
std::string_view refusalHint(std::string_view refusal) {
  if (refusal == "approval-needed") return "it waits for sanctl change approve {}";
  if (refusal == "author-approves") return "somebody else has to approve it";
  if (refusal == "impact-differs") return "look at it again with sanctl change impact {}";
  if (refusal == "too-large") return "make several change sets of it";
  if (refusal == "frozen") return "wait, or say why not with --override 'WHY', with the right to";
  return {};
}

// Hints of the table speak of paths and members of the API; people at a terminal type commands. Nothing: its own will do.
std::optional<std::string_view> commandHint(ProblemCode code, const Place& place) {
  switch (code) {
    case ProblemCode::NotFound:
      return "the server may be older than this sanctl; compare sanctl status and sanctl --version";
    case ProblemCode::NoSuchObject:
      return place.list;
    case ProblemCode::OldVersion:
    case ProblemCode::WrongState:
      return place.show;
    case ProblemCode::LoginNeeded:
    case ProblemCode::TokenEnded:
      return "log in with sanctl login";
    case ProblemCode::StaleDraft:
      return "bring it onto the present SAN with sanctl change merge {}";
    case ProblemCode::RevisionGone:
      return "sanctl status says since which revision the history is whole";
    case ProblemCode::RightMissing:
      return "sanctl whoami says what you may do; an administrator gives roles with sanctl user change";
    case ProblemCode::ApprovalNeeded:
      return "it waits for sanctl change approve {}";
    case ProblemCode::LoginWait:
    case ProblemCode::TooManyRequests:
      return "wait a little, then try again";
    case ProblemCode::StoreFailed:
      return "nothing was changed; the server's log says why, and sanctl status when it is mended";
    case ProblemCode::TokenInUrl:
      return "make it void with sanctl token revoke";
    case ProblemCode::TooLarge:
      return "do it in parts";
    // The sentence about the case says all that there is.
    case ProblemCode::MethodNotAllowed:
    case ProblemCode::BadRequest:
    case ProblemCode::BadJson:
    case ProblemCode::BadParameter:
    case ProblemCode::BadValue:
    case ProblemCode::Guard:
      return "";
    case ProblemCode::CertificateRefused:
      return "enrol again where it has expired";
    case ProblemCode::BadFilter:
      return "docs/reference/filter.md has the grammar";
    default:
      return std::nullopt;
  }
}

// Without the full stop at its end, for oneLine() goes on after it.
std::string clause(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
  return text;
}
std::string lowered(std::string text) {
  const bool word =
      text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && ((text[1] >= 'a' && text[1] <= 'z') || text[1] == ' ');
  if (word) text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

// What stands at a JSON pointer (RFC 6901) of steps without escapes; nullptr: nothing.
const Json* at(const Json& json, std::string_view pointer) {
  const Json* here = &json;
  while (here != nullptr && pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::string_view step = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(step.size());
    if (const Json::Array* list = here->array()) {
      const auto index = base::wholeNumber<std::size_t>(step);
      here = index && *index < list->size() ? &(*list)[*index] : nullptr;
    } else {
      here = here->find(step);
    }
  }
  return here;
}

// " (edit 4: logical-unit:db)"; nothing where the sentence has it already, or a person wrote nothing like it.
std::string placeText(std::string_view pointer, const AskedFor& asked, std::string_view why) {
  const std::size_t number = pointer.find('/', 1);
  const std::string_view list = pointer.substr(0, number);
  std::string place;
  if (number != std::string_view::npos && (list == "/edits" || list == "/append" || list == "/replace")) {
    const std::string_view rest = pointer.substr(number + 1);
    if (const auto index = base::wholeNumber<std::size_t>(rest.substr(0, rest.find('/'))))
      place = "edit " + std::to_string(*index + 1);
  }
  const Json* sent = asked.body == nullptr ? nullptr : at(*asked.body, pointer);
  if (sent != nullptr && sent->array() == nullptr && sent->object() == nullptr && !sent->isNull()) {
    const std::string value = sent->plain();
    if (!value.empty() && why.find(value) == std::string_view::npos) place += (place.empty() ? "" : ": ") + value;
  }
  return place.empty() ? std::string{} : " (" + place + ")";
}

}  // namespace

Failure problemFailure(int status, std::string_view body, const AskedFor& asked) {
  const auto json = base::parseJson(body);
  const mgmt::ProblemRow* row = json ? mgmt::findProblem(textOf(*json, "code")) : nullptr;
  if (row == nullptr) {
    const std::string known = json ? textOf(*json, "title") : std::string{};
    return {status == 401 || status == 403 ? Exit::Denied : Exit::Refused,
            "the server answers",
            "HTTP status " + std::to_string(status) + (known.empty() ? "" : ", " + known),
            {}};
  }
  const std::string detail = clause(textOf(*json, "detail"));
  std::string why = detail.empty() ? lowered(std::string(row->title)) : lowered(detail);
  why += placeText(textOf(*json, "pointer"), asked, why);
  bool reasonLifts = false;
  for (const Json& one : listOf(*json, "objections")) {
    if (const std::string text = clause(textOf(one, "text")); why.find(lowered(text)) == std::string::npos)
      why += "; " + text;
    reasonLifts = reasonLifts || textOf(one, "severity") == "needs-reason";
  }
  std::string hint(refusalHint(textOf(*json, "refusal")));
  if (hint.empty() && row->code == ProblemCode::Guard && reasonLifts) {
    // Its --reason is that of the change set.
    const bool ofCredential = asked.route == mgmt::Route::MakeCredential;
    hint = ofCredential ? "--exception 'WHY' lets it through" : "--reason 'WHY' lets it through";
  }
  if (hint.empty()) {
    // The server may know better than its table, in this case.
    const std::string given = clause(textOf(*json, "hint"));
    const auto own = commandHint(row->code, placeOf(asked.route));
    const bool usual = given.empty() || given == clause(std::string(row->hint));
    hint = !usual ? given : own ? std::string(*own) : clause(std::string(row->hint));
  }
  return {exitOf(row->code), std::string(row->name), std::move(why), lowered(filled(hint, asked))};
}

}  // namespace ctl
