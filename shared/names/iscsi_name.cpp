#include "shared/names/iscsi_name.h"

#include <algorithm>

#include "shared/names/prepare.h"

namespace names {
namespace {

constexpr std::size_t kDesignator = 4;  // "iqn."
constexpr std::size_t kDate = 7;        // "2001-04"

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLowerHex(char c) { return isDigit(c) || (c >= 'a' && c <= 'f'); }

// What is wrong at a byte of the normal spelling, counted from 1.
base::Failure<base::Error> wrong(std::string_view form, std::string_view what, std::size_t offset) {
  return base::fail("as an " + std::string(form) + " name it " + std::string(what) + ", at byte " +
                    std::to_string(offset + 1));
}

base::Status checkIqn(std::string_view name) {
  const std::string_view date = name.substr(kDesignator, kDate);
  for (std::size_t i = 0; i < kDate; ++i) {
    if (i >= date.size() || (i == 4 ? date[i] != '-' : !isDigit(date[i]))) {
      return wrong("iqn.", "needs a date yyyy-mm", kDesignator + i);
    }
  }
  const std::string_view month = date.substr(5);
  if (month < "01" || month > "12") return wrong("iqn.", "needs a month from 01 to 12", kDesignator + 5);

  const std::size_t dot = kDesignator + kDate;
  if (dot >= name.size() || name[dot] != '.') return wrong("iqn.", "needs a dot after the date", dot);
  const std::size_t begin = dot + 1;
  const std::size_t end = std::min(name.find(':', begin), name.size());
  for (std::size_t label = begin;;) {
    const std::size_t next = std::min(name.find('.', label), end);
    if (next == label) return wrong("iqn.", "needs a domain name without an empty label", label);
    if (next == end) return {};
    label = next + 1;
  }
}

base::Status checkHex(std::string_view form, std::string_view name, bool wideToo) {
  const std::string_view digits = name.substr(kDesignator);
  const auto bad = std::find_if_not(digits.begin(), digits.end(), isLowerHex);
  if (bad != digits.end()) {
    return wrong(form, "needs hexadecimal digits", kDesignator + static_cast<std::size_t>(bad - digits.begin()));
  }
  if (digits.size() == 16 || (wideToo && digits.size() == 32)) return {};
  return base::fail("as an " + std::string(form) + " name it needs 16 " + (wideToo ? "or 32 " : "") +
                    "hexadecimal digits, not " + std::to_string(digits.size()));
}

base::Status checkForm(std::string_view name, FormRule rule) {
  switch (formOf(name)) {
    case NameForm::Iqn:
      return checkIqn(name);
    case NameForm::Eui:
      return checkHex("eui.", name, false);
    // The first digit would tell the length (RFC 3980 3.2.1), but names with a digit of another length are in use.
    case NameForm::Naa:
      return checkHex("naa.", name, true);
    case NameForm::Other:
      break;
  }
  if (rule == FormRule::Relaxed) return {};
  return base::fail("it begins with none of iqn., eui. and naa.");
}

}  // namespace

NameForm formOf(std::string_view normal) {
  const std::string_view designator = normal.substr(0, kDesignator);
  if (designator == "iqn.") return NameForm::Iqn;
  if (designator == "eui.") return NameForm::Eui;
  if (designator == "naa.") return NameForm::Naa;
  return NameForm::Other;
}

base::Result<std::string_view> normaliseIscsiName(std::string_view in, std::string& scratch, FormRule rule) {
  auto normal = prepare(Profile::IscsiName, in, kMaxIscsiName, scratch);
  if (!normal) return normal;
  if (const base::Status form = checkForm(*normal, rule); !form) return base::fail(form.error());
  return normal;
}

}  // namespace names
