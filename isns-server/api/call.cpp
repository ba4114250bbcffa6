#include "isns-server/api/call.h"

#include <algorithm>
#include <iterator>

#include "shared/base/secret_json.h"
#include "shared/base/whole_number.h"
#include "shared/mgmt/revision_header.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;

namespace {

// Of two faults that only together are one there is no pointer.
std::string_view hintOf(const mgmt::Problem& problem, const mgmt::ProblemRow& row) {
  if (!problem.hint.empty()) return problem.hint;
  const bool leads = !problem.pointer.empty() || row.hint.find("The pointer names") == std::string_view::npos;
  return leads ? row.hint : "The detail says what is wrong.";
}

}  // namespace

HttpResponse responseOf(const mgmt::Problem& problem, Json::Object more) {
  const mgmt::ProblemRow& row = mgmt::rowOf(problem.code);
  Json::Object json{{"type", "urn:sanctum:problem:" + std::string(row.name)},
                    {"code", row.name},
                    {"status", static_cast<std::uint64_t>(row.status)},
                    {"title", row.title},
                    {"detail", problem.detail.empty() ? std::string(row.title) + "." : problem.detail},
                    {"hint", hintOf(problem, row)}};
  if (!problem.pointer.empty()) json.push_back({"pointer", problem.pointer});
  std::move(more.begin(), more.end(), std::back_inserter(json));
  HttpResponse response{row.status, "application/problem+json", {}, {}};
  Json(std::move(json)).writePretty(response.body);
  response.body += '\n';
  const std::uint32_t wait = problem.retryAfter == 0 && row.status == 429 ? 1 : problem.retryAfter;
  if (wait != 0) response.headers.emplace_back("Retry-After", std::to_string(wait));
  if (row.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

Call::~Call() { base::wipeTexts(body); }

const Insight& Call::insight() const {
  if (!insight_) insight_ = timeline->insightOf(*past);
  return *insight_;
}

std::shared_ptr<const san::Scope> Call::scopeIn(const san::Snapshot& snapshot) const {
  return who.scope.empty() ? nullptr : std::make_shared<const san::Scope>(snapshot, who.scope);
}

const san::Scope* Call::scope() const {
  if (!scope_ && !who.scope.empty()) scope_ = scopeIn(snapshot());
  return scope_.get();
}

std::string_view Call::segment(std::string_view name) const {
  const auto found = routed.segments.find(name);
  return found == routed.segments.end() ? std::string_view() : std::string_view(found->second);
}

Wanted<std::uint64_t> Call::numberParameter(std::string_view name, std::uint64_t preset, std::uint64_t max,
                                            std::uint64_t min) const {
  const std::string_view text = parameter(name);
  if (text.empty()) return preset;
  const auto number = base::wholeNumber<std::uint64_t>(text);
  if (!number || *number < min || *number > max) {
    return problem(ProblemCode::BadParameter,
                   std::string(name) + " must be a whole number from " + std::to_string(min) + " to " + std::to_string(max) + ".",
                   std::string(name));
  }
  return *number;
}

HttpResponse Call::response() const {
  HttpResponse response;
  if (revision) response.headers.emplace_back(mgmt::kRevisionHeader, std::to_string(*revision));
  return response;
}

void Call::answerText(std::string json) const {
  HttpResponse response = this->response();
  response.body = std::move(json);
  exchange->answer(response);
}

void Call::answerSecret(std::string json, int status) const {
  HttpResponse response = this->response();
  response.status = status;
  response.body = std::move(json);
  exchange->answerSecret(std::move(response));
}

void Call::answer(const Json& json, int status) const {
  HttpResponse response = this->response();
  response.status = status;
  if (!json.isNull()) response.body = textOf(json);
  exchange->answer(response);
}

std::string Call::textOf(const Json& json) {
  std::string text;
  json.writePretty(text);
  text += '\n';
  return text;
}

void Call::refuse(const mgmt::Problem& problem, Json::Object more) const {
  exchange->answer(responseOf(problem, std::move(more)));
}

void Call::finish(const Wanted<Json>& result) const {
  if (result) {
    answer(*result);
  } else {
    refuse(result.error());
  }
}

void Call::finishText(Wanted<std::string> result) const {
  if (result) {
    answerText(std::move(*result));
  } else {
    refuse(result.error());
  }
}

}  // namespace api
