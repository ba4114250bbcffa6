// tr(): the translation of a text outside of any QObject. In a member function of one, its own tr() is found first.
//
// Its context is "console", as lupdate takes it from the namespace. Any thread, once the language is set.
#pragma once

#include <QCoreApplication>
#include <string>
#include <string_view>

namespace console {

inline QString tr(const char* text, const char* which = nullptr, int n = -1) {
  return QCoreApplication::translate("console", text, which, n);
}

// Of a text of the model's tables: a rule's title, a field's words (app/dump_texts.cpp lists them).
inline QString tableText(std::string_view text) {
  return QCoreApplication::translate("Tables", std::string(text).c_str());
}

}  // namespace console
