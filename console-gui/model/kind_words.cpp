#include "console-gui/model/kind_words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <array>
#include <span>

namespace console {
namespace {

QString tr(const char* text, int n = -1) { return QCoreApplication::translate("Words", text, nullptr, n); }

struct KindWord {
  const char* one;
  const char* many;
};
constexpr std::array<KindWord, san::kKinds> kKindWords{{
    {"nothing", "nothing"},
    {QT_TRANSLATE_NOOP("Words", "entity"), QT_TRANSLATE_NOOP("Words", "entities")},
    {QT_TRANSLATE_NOOP("Words", "portal"), QT_TRANSLATE_NOOP("Words", "portals")},
    {QT_TRANSLATE_NOOP("Words", "node"), QT_TRANSLATE_NOOP("Words", "nodes")},
    {QT_TRANSLATE_NOOP("Words", "portal group"), QT_TRANSLATE_NOOP("Words", "portal groups")},
    {QT_TRANSLATE_NOOP("Words", "discovery domain"), QT_TRANSLATE_NOOP("Words", "discovery domains")},
    {QT_TRANSLATE_NOOP("Words", "domain set"), QT_TRANSLATE_NOOP("Words", "domain sets")},
    {QT_TRANSLATE_NOOP("Words", "site"), QT_TRANSLATE_NOOP("Words", "sites")},
    {QT_TRANSLATE_NOOP("Words", "cluster"), QT_TRANSLATE_NOOP("Words", "clusters")},
    {QT_TRANSLATE_NOOP("Words", "fabric"), QT_TRANSLATE_NOOP("Words", "fabrics")},
    {QT_TRANSLATE_NOOP("Words", "network"), QT_TRANSLATE_NOOP("Words", "networks")},
    {QT_TRANSLATE_NOOP("Words", "label"), QT_TRANSLATE_NOOP("Words", "labels")},
    {QT_TRANSLATE_NOOP("Words", "separation rule"), QT_TRANSLATE_NOOP("Words", "separation rules")},
    {QT_TRANSLATE_NOOP("Words", "host"), QT_TRANSLATE_NOOP("Words", "hosts")},
    {QT_TRANSLATE_NOOP("Words", "logical unit"), QT_TRANSLATE_NOOP("Words", "logical units")},
    {QT_TRANSLATE_NOOP("Words", "LUN map"), QT_TRANSLATE_NOOP("Words", "LUN maps")},
    {QT_TRANSLATE_NOOP("Words", "cable"), QT_TRANSLATE_NOOP("Words", "cables")},
    {QT_TRANSLATE_NOOP("Words", "window"), QT_TRANSLATE_NOOP("Words", "windows")},
    {QT_TRANSLATE_NOOP("Words", "saved question"), QT_TRANSLATE_NOOP("Words", "saved questions")},
    {QT_TRANSLATE_NOOP("Words", "waiver"), QT_TRANSLATE_NOOP("Words", "waivers")},
    {QT_TRANSLATE_NOOP("Words", "settings"), QT_TRANSLATE_NOOP("Words", "settings")},
    {QT_TRANSLATE_NOOP("Words", "credential"), QT_TRANSLATE_NOOP("Words", "credentials")},
    {QT_TRANSLATE_NOOP("Words", "change set"), QT_TRANSLATE_NOOP("Words", "change sets")},
    {QT_TRANSLATE_NOOP("Words", "approval"), QT_TRANSLATE_NOOP("Words", "approvals")},
    {QT_TRANSLATE_NOOP("Words", "agent"), QT_TRANSLATE_NOOP("Words", "agents")},
    {QT_TRANSLATE_NOOP("Words", "applied target"), QT_TRANSLATE_NOOP("Words", "applied targets")},
    {QT_TRANSLATE_NOOP("Words", "session"), QT_TRANSLATE_NOOP("Words", "sessions")},
    {QT_TRANSLATE_NOOP("Words", "departure"), QT_TRANSLATE_NOOP("Words", "departures")},
    {QT_TRANSLATE_NOOP("Words", "discovery"), QT_TRANSLATE_NOOP("Words", "discoveries")},
    {QT_TRANSLATE_NOOP("Words", "probe"), QT_TRANSLATE_NOOP("Words", "probes")},
}};

template <class E>
QString word(E value, std::span<const char* const> words) {
  return tr(words[static_cast<std::size_t>(value)]);
}

}  // namespace

QString kindWord(san::Kind kind, bool plural, bool san) {
  if (san && kind == san::Kind::Domain) return plural ? tr(QT_TRANSLATE_NOOP("Words", "zones")) : tr(QT_TRANSLATE_NOOP("Words", "zone"));
  if (san && kind == san::Kind::DomainSet) {
    return plural ? tr(QT_TRANSLATE_NOOP("Words", "zone sets")) : tr(QT_TRANSLATE_NOOP("Words", "zone set"));
  }
  const KindWord& words = kKindWords[static_cast<std::size_t>(kind)];
  return tr(plural ? words.many : words.one);
}

QString truthWord(san::Truth truth) {
  static constexpr std::array kWords{QT_TRANSLATE_NOOP("Words", "no"), QT_TRANSLATE_NOOP("Words", "unknown"), QT_TRANSLATE_NOOP("Words", "yes")};
  return word(truth, kWords);
}
QString layerWord(san::Layer layer) {
  static constexpr std::array kWords{QT_TRANSLATE_NOOP("Words", "registered"), QT_TRANSLATE_NOOP("Words", "visible"),
                                     QT_TRANSLATE_NOOP("Words", "portal"),     QT_TRANSLATE_NOOP("Words", "network"),
                                     QT_TRANSLATE_NOOP("Words", "admitted"),   QT_TRANSLATE_NOOP("Words", "mapped")};
  return word(layer, kWords);
}
QString rightWord(san::Right right) {
  static constexpr std::array kWords{QT_TRANSLATE_NOOP("Words", "read-only"), QT_TRANSLATE_NOOP("Words", "read-write")};
  return word(right, kWords);
}
QString severityWord(san::Severity severity) {
  static constexpr std::array kWords{QT_TRANSLATE_NOOP("Words", "info"), QT_TRANSLATE_NOOP("Words", "low"), QT_TRANSLATE_NOOP("Words", "medium"),
                                     QT_TRANSLATE_NOOP("Words", "high"), QT_TRANSLATE_NOOP("Words", "critical")};
  return word(severity, kWords);
}
QString chapWord(san::ChapDemand demand) {
  static constexpr std::array kWords{QT_TRANSLATE_NOOP("Words", "no CHAP"), QT_TRANSLATE_NOOP("Words", "one-way CHAP"),
                                     QT_TRANSLATE_NOOP("Words", "mutual CHAP")};
  return word(demand, kWords);
}
QString proofWord(san::Proof proof) {
  static constexpr std::array kWords{QT_TRANSLATE_NOOP("Words", "claimed name"), QT_TRANSLATE_NOOP("Words", "CHAP"),
                                     QT_TRANSLATE_NOOP("Words", "mutual CHAP")};
  return word(proof, kWords);
}

QString agoText(san::Seconds then, san::Seconds now) {
  if (then == 0) return tr(QT_TRANSLATE_NOOP("Words", "never"));
  const bool future = then > now;
  const san::Seconds distance = future ? then - now : now - then;
  QString span;
  if (distance < 60) {
    span = tr(QT_TRANSLATE_NOOP("Words", "%n s"), static_cast<int>(distance));
  } else if (distance < 3600) {
    span = tr(QT_TRANSLATE_NOOP("Words", "%n min"), static_cast<int>(distance / 60));
  } else if (distance < 2 * 86400) {
    span = tr(QT_TRANSLATE_NOOP("Words", "%n h"), static_cast<int>(distance / 3600));
  } else {
    span = tr(QT_TRANSLATE_NOOP("Words", "%n days"), static_cast<int>(distance / 86400));
  }
  return (future ? tr(QT_TRANSLATE_NOOP("Words", "in %1")) : tr(QT_TRANSLATE_NOOP("Words", "%1 ago"))).arg(span);
}

QString timeText(san::Seconds time) {
  if (time == 0) return tr(QT_TRANSLATE_NOOP("Words", "never"));
  return QDateTime::fromSecsSinceEpoch(time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString bytesText(std::uint64_t bytes) { return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeIecFormat); }

}  // namespace console
