#include "console-gui/app/settings.h"

#include <QGuiApplication>
#include <QUrl>
#include <array>

namespace console {
namespace {

constexpr int kVersion = 1;
constexpr int kMostServers = 20;
constexpr std::array kThemes{"light", "dark", "high-contrast"};

// Sources are keys: without slashes, which would be groups.
QString keyOf(const QString& source) { return QString::fromLatin1(QUrl::toPercentEncoding(source)); }

}  // namespace

Settings::Settings(const QString& path)
    : values_(path.isEmpty() ? std::make_unique<QSettings>(QStringLiteral("sanctum"), QStringLiteral("console"))
                             : std::make_unique<QSettings>(path, QSettings::IniFormat)) {
  values_->setValue(QStringLiteral("version"), kVersion);
}

void Settings::setWindow(const QByteArray& geometry, const QByteArray& state) {
  values_->setValue(QStringLiteral("window/geometry"), geometry);
  values_->setValue(QStringLiteral("window/state"), state);
}

void Settings::forgetWindow() { values_->remove(QStringLiteral("window")); }

ThemeKind Settings::theme() const {
  const QString word = get("theme").toString();
  for (std::size_t i = 0; i < kThemes.size(); ++i) {
    if (word == QLatin1String(kThemes[i])) return static_cast<ThemeKind>(i);
  }
  const bool dark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
  return dark ? ThemeKind::Dark : ThemeKind::Light;
}

void Settings::setTheme(ThemeKind kind) {
  values_->setValue(QStringLiteral("theme"), QString::fromLatin1(kThemes[static_cast<std::size_t>(kind)]));
}

const LanguageRow& Settings::language() const {
  const LanguageRow* row = languageOf(get("language").toString());
  return row != nullptr ? *row : languageOfSystem();
}

void Settings::setLanguage(const LanguageRow& row) { values_->setValue(QStringLiteral("language"), QString::fromLatin1(row.code)); }

std::vector<ServerPlace> Settings::servers() const {
  std::vector<ServerPlace> places;
  const int count = values_->beginReadArray(QStringLiteral("servers"));
  for (int i = 0; i < count && i < kMostServers; ++i) {
    values_->setArrayIndex(i);
    ServerPlace place;
    place.host = values_->value(QStringLiteral("host")).toString();
    place.port = static_cast<quint16>(values_->value(QStringLiteral("port"), 3285).toUInt());
    place.authority = values_->value(QStringLiteral("authority")).toByteArray();
    place.user = values_->value(QStringLiteral("user")).toString();
    if (!place.host.isEmpty()) places.push_back(std::move(place));
  }
  values_->endArray();
  return places;
}

void Settings::putServer(const ServerPlace& place) {
  std::vector<ServerPlace> places = servers();
  std::erase_if(places, [&](const ServerPlace& one) { return one.name() == place.name(); });
  places.insert(places.begin(), place);
  values_->remove(QStringLiteral("servers"));
  values_->beginWriteArray(QStringLiteral("servers"));
  for (int i = 0; i < static_cast<int>(places.size()) && i < kMostServers; ++i) {
    const ServerPlace& one = places[static_cast<std::size_t>(i)];
    values_->setArrayIndex(i);
    values_->setValue(QStringLiteral("host"), one.host);
    values_->setValue(QStringLiteral("port"), one.port);
    values_->setValue(QStringLiteral("authority"), one.authority);
    values_->setValue(QStringLiteral("user"), one.user);
  }
  values_->endArray();
}

quint64 Settings::seen(const QString& source) const { return values_->value(QStringLiteral("seen/") + keyOf(source)).toULongLong(); }

void Settings::setSeen(const QString& source, quint64 revision) { values_->setValue(QStringLiteral("seen/") + keyOf(source), revision); }

}  // namespace console
