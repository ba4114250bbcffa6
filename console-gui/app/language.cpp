#include "console-gui/app/language.h"

#include <QGuiApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>
#include <algorithm>
#include <memory>
#include <vector>

#include "console-gui/app/pseudo_translator.h"
#include "console-gui/model/sentences.h"

namespace console {
namespace {

// English until something else is put in force.
const LanguageRow* current = kLanguages.data();
std::vector<std::unique_ptr<QTranslator>> installed;

void install(std::unique_ptr<QTranslator> translator) {
  QCoreApplication::installTranslator(translator.get());
  installed.push_back(std::move(translator));
}

}  // namespace

const LanguageRow* languageOf(const QString& code) {
  const auto* row = std::ranges::find_if(kLanguages, [&](const LanguageRow& one) { return code == QLatin1String(one.code); });
  return row == kLanguages.end() ? nullptr : row;
}

const LanguageRow& languageOfSystem() {
  const LanguageRow* row = languageOf(QLocale::system().name().section(QLatin1Char('_'), 0, 0));
  return row != nullptr && row->spoken ? *row : kLanguages.front();
}

const LanguageRow& languageAfter(const LanguageRow& row) {
  auto at = static_cast<std::size_t>(&row - kLanguages.data());
  do {
    at = (at + 1) % kLanguages.size();
  } while (!kLanguages[at].spoken);
  return kLanguages[at];
}

const LanguageRow& language() { return *current; }

void setLanguage(const LanguageRow& row) {
  for (const auto& one : installed) QCoreApplication::removeTranslator(one.get());
  installed.clear();
  setSentences(&row != kLanguages.data());
  current = &row;
  const QString code = QString::fromLatin1(row.spoken ? row.code : "en");
  QLocale::setDefault(code == QLocale::system().name().section(QLatin1Char('_'), 0, 0) ? QLocale::system() : QLocale(code));
  // Qt's own buttons and menus, where its catalogues are installed.
  auto own = std::make_unique<QTranslator>();
  if (own->load(QStringLiteral("qtbase_") + code, QLibraryInfo::path(QLibraryInfo::TranslationsPath))) install(std::move(own));
  auto words = std::make_unique<QTranslator>();
  if (words->load(QStringLiteral(":/console/translations/console_%1.qm").arg(code))) install(std::move(words));
  if (!row.spoken) install(std::make_unique<PseudoTranslator>());
  QGuiApplication::setLayoutDirection(row.rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
}

}  // namespace console
