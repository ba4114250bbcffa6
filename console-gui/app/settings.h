// Settings: what the console keeps between two runs: window, theme, language, words, servers whose authority was accepted, what
// was seen. Typed getters; no key is spelled anywhere else. Never a secret.
//
// A version number and a step for each older one (settings.cpp). The UI thread; QSettings writes when it likes.
#pragma once

#include <QSettings>
#include <vector>

#include "console-gui/app/language.h"
#include "console-gui/canvas/theme.h"
#include "console-gui/client/server_place.h"

namespace console {

class Settings {
 public:
  // `path`: a file of its own, for tests; empty: the user's.
  explicit Settings(const QString& path = {});

  [[nodiscard]] QByteArray geometry() const { return get("window/geometry").toByteArray(); }
  [[nodiscard]] QByteArray windowState() const { return get("window/state").toByteArray(); }
  void setWindow(const QByteArray& geometry, const QByteArray& state);
  void forgetWindow();

  // Where none was chosen, as light or dark as the system.
  [[nodiscard]] ThemeKind theme() const;
  void setTheme(ThemeKind kind);
  // Where none was chosen, that of the system.
  [[nodiscard]] const LanguageRow& language() const;
  void setLanguage(const LanguageRow& row);
  [[nodiscard]] bool sanWords() const { return get("words/san").toBool(); }
  void setSanWords(bool yes) { values_->setValue(QStringLiteral("words/san"), yes); }

  // The one used last first.
  [[nodiscard]] std::vector<ServerPlace> servers() const;
  void putServer(const ServerPlace& place);

  // Up to which revision somebody has looked at the changes of a source.
  [[nodiscard]] quint64 seen(const QString& source) const;
  void setSeen(const QString& source, quint64 revision);

 private:
  [[nodiscard]] QVariant get(const char* key) const { return values_->value(QString::fromLatin1(key)); }
  std::unique_ptr<QSettings> values_;
};

}  // namespace console
