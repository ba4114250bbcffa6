// Call: one command of `sanctl agent`: what was typed becomes a request, and the answer what is printed.
//
// One thread, one use. Failures are those of a run of sanctl.
#pragma once

#include <optional>
#include <string>

#include "agent/control/client.h"
#include "shared/base/secret_json.h"
#include "shared/base/whole_number.h"
#include "shared/ctl/context.h"
#include "shared/ctl/option_values.h"
#include "shared/ctl/views.h"

namespace control {

// One command: its settings, its request, its failure.
class Call {
 public:
  Call(const ctl::Invocation& invocation, ctl::Context& context, Command command, std::string what)
      : invocation_(invocation), context_(context), what_(std::move(what)) {
    request_.command = command;
  }

  // Arguments from what was typed, where it was.
  Call& text(std::string_view argument, std::string_view typed) {
    if (const auto value = invocation_.one(typed)) request_.arguments.set(argument, base::Json(*value));
    return *this;
  }
  Call& flag(std::string_view argument, std::string_view typed) {
    if (invocation_.has(typed)) request_.arguments.set(argument, base::Json(true));
    return *this;
  }
  Call& number(std::string_view argument, std::string_view typed) {
    const auto value = invocation_.one(typed);
    if (!value) return *this;
    const auto number = base::wholeNumber<std::uint64_t>(*value);
    if (!number) wrong_ = ctl::usageFailure(what_, std::string(typed) + " is a number", "");
    request_.arguments.set(argument, base::Json(number.value_or(0)));
    return *this;
  }
  Call& texts(std::string_view argument, std::string_view typed) { return list(argument, invocation_.all(typed)); }
  // --set, and what stands for a column as an option of its own.
  Call& settings(std::initializer_list<std::pair<std::string_view, std::string_view>> options) {
    base::Json::Array list;
    for (const std::string_view value : invocation_.all("--set")) list.emplace_back(value);
    for (const auto& [column, typed] : options) {
      if (const auto value = invocation_.one(typed)) list.emplace_back(std::string(column) + "=" + std::string(*value));
    }
    if (!list.empty()) request_.arguments.set("settings", base::Json(std::move(list)));
    return *this;
  }
  // What cannot be taken back wants a word more.
  Call& destroys(std::string_view what) {
    if (!invocation_.has("--yes")) wrong_ = ctl::usageFailure(what_, std::string(what), "add --yes if you mean it");
    return *this;
  }
  // What nobody shall see in an argument list: from a file, "-" is the standard input; its first line.
  Call& secret(std::string_view argument, std::string_view option) {
    const std::string path(invocation_.one(option).value_or("-"));
    auto text = context_.readFile(path == "-" ? std::string("/dev/stdin") : path);
    if (!text) {
      wrong_ = ctl::Failure{ctl::Exit::Local, what_, path + " cannot be read", ""};
      return *this;
    }
    request_.arguments.set(argument, base::Json(text->substr(0, text->find('\n'))));
    base::wipeText(*text);
    return *this;
  }
  Call& patience(base::Duration more) {
    patience_ = more;
    return *this;
  }

  ctl::Asked<base::Json> ask() {
    if (wrong_) return base::fail(*wrong_);
    ClientSettings settings;
    if (const auto socket = invocation_.one("--socket")) settings.socket = *socket;
    const auto seconds = ctl::secondsOption(invocation_, "--timeout");
    if (!seconds) return base::fail(seconds.error());
    if (*seconds) settings.timeout = **seconds;
    settings.timeout += patience_;
    return control::ask(settings, std::move(request_), what_);
  }

  [[nodiscard]] ctl::Output output() const {
    return {context_.out, ctl::parseFormat(invocation_.one("--output").value_or("table")).value_or(ctl::Format::Table)};
  }

  // A change: what the agent says of it, as a record.
  ctl::Outcome tell(const char* result) {
    auto answer = ask();
    if (!answer) return base::fail(answer.error());
    base::Json::Object members{{"result", result}};
    if (const base::Json::Object* more = answer->object()) members.insert(members.end(), more->begin(), more->end());
    auto out = output();
    ctl::printRecord(out, base::Json(std::move(members)));
    return {};
  }

  ctl::Outcome show(std::string_view member, std::span<const ctl::ViewColumn> columns) {
    auto answer = ask();
    if (!answer) return base::fail(answer.error());
    const base::Json* list = answer->find(member);
    if (list == nullptr || list->array() == nullptr) {
      return base::fail(ctl::Failure{ctl::Exit::Malformed, what_, "the answer lacks its list", ""});
    }
    return showRows(*list, columns);
  }

  // What was made of an answer.
  ctl::Outcome showRows(const base::Json& list, std::span<const ctl::ViewColumn> columns) {
    auto out = output();
    ctl::printList(out, list, columns);
    if (list.array()->empty() && invocation_.has("--fail-if-empty")) {
      return base::fail(ctl::Failure{ctl::Exit::Empty, what_, "there is none", ""});
    }
    return {};
  }

 private:
  Call& list(std::string_view argument, const std::vector<std::string_view>& values) {
    base::Json::Array list;
    for (const std::string_view value : values) list.emplace_back(value);
    if (!list.empty()) request_.arguments.set(argument, base::Json(std::move(list)));
    return *this;
  }

  const ctl::Invocation& invocation_;
  ctl::Context& context_;
  std::string what_;
  Request request_;
  std::optional<ctl::Failure> wrong_;
  base::Duration patience_{};
};

}  // namespace control
