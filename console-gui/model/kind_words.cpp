#include "console-gui/model/kind_words.h"

#include "console-gui/client/tr.h"

#include <QDateTime>
#include <QLocale>
#include <array>
#include <span>

namespace console {
namespace {

struct KindWord {
  const char* one;
  const char* many;
};
constexpr std::array<KindWord, san::kKinds> kKindWords{{
    {"nothing", "nothing"},
    {QT_TR_NOOP("entity"), QT_TR_NOOP("entities")},
    {QT_TR_NOOP("portal"), QT_TR_NOOP("portals")},
    {QT_TR_NOOP("node"), QT_TR_NOOP("nodes")},
    {QT_TR_NOOP("portal group"), QT_TR_NOOP("portal groups")},
    {QT_TR_NOOP("discovery domain"), QT_TR_NOOP("discovery domains")},
    {QT_TR_NOOP("domain set"), QT_TR_NOOP("domain sets")},
    {QT_TR_NOOP("site"), QT_TR_NOOP("sites")},
    {QT_TR_NOOP("cluster"), QT_TR_NOOP("clusters")},
    {QT_TR_NOOP("fabric"), QT_TR_NOOP("fabrics")},
    {QT_TR_NOOP("network"), QT_TR_NOOP("networks")},
    {QT_TR_NOOP("label"), QT_TR_NOOP("labels")},
    {QT_TR_NOOP("separation rule"), QT_TR_NOOP("separation rules")},
    {QT_TR_NOOP("host"), QT_TR_NOOP("hosts")},
    {QT_TR_NOOP("logical unit"), QT_TR_NOOP("logical units")},
    {QT_TR_NOOP("LUN map"), QT_TR_NOOP("LUN maps")},
    {QT_TR_NOOP("cable"), QT_TR_NOOP("cables")},
    {QT_TR_NOOP("window"), QT_TR_NOOP("windows")},
    {QT_TR_NOOP("saved question"), QT_TR_NOOP("saved questions")},
    {QT_TR_NOOP("waiver"), QT_TR_NOOP("waivers")},
    {QT_TR_NOOP("settings"), QT_TR_NOOP("settings")},
    {QT_TR_NOOP("credential"), QT_TR_NOOP("credentials")},
    {QT_TR_NOOP("change set"), QT_TR_NOOP("change sets")},
    {QT_TR_NOOP("approval"), QT_TR_NOOP("approvals")},
    {QT_TR_NOOP("agent"), QT_TR_NOOP("agents")},
    {QT_TR_NOOP("applied target"), QT_TR_NOOP("applied targets")},
    {QT_TR_NOOP("session"), QT_TR_NOOP("sessions")},
    {QT_TR_NOOP("departure"), QT_TR_NOOP("departures")},
    {QT_TR_NOOP("discovery"), QT_TR_NOOP("discoveries")},
    {QT_TR_NOOP("probe"), QT_TR_NOOP("probes")},
    {QT_TR_NOOP("held disk"), QT_TR_NOOP("held disks")},
}};

template <class E>
QString word(E value, std::span<const char* const> words) {
  return tr(words[static_cast<std::size_t>(value)]);
}

}  // namespace

QString kindWord(san::Kind kind, bool plural, bool san) {
  if (san && kind == san::Kind::Domain) return plural ? tr("zones") : tr("zone");
  if (san && kind == san::Kind::DomainSet) {
    return plural ? tr("zone sets") : tr("zone set");
  }
  const KindWord& words = kKindWords[static_cast<std::size_t>(kind)];
  return tr(plural ? words.many : words.one);
}

QString counted(san::Kind kind, std::size_t count) {
  return QStringLiteral("%1 %2").arg(count).arg(kindWord(kind, count != 1, false));
}

QString asTitle(QString words) {
  if (!words.isEmpty()) words[0] = words[0].toUpper();
  return words;
}

QString truthWord(san::Truth truth) {
  static constexpr std::array kWords{QT_TR_NOOP("no"), QT_TR_NOOP("unknown"), QT_TR_NOOP("yes")};
  return word(truth, kWords);
}
QString layerWord(san::Layer layer) {
  static constexpr std::array kWords{QT_TR_NOOP("registered"), QT_TR_NOOP("visible"),
                                     QT_TR_NOOP("portal"),     QT_TR_NOOP("network"),
                                     QT_TR_NOOP("admitted"),   QT_TR_NOOP("mapped")};
  return word(layer, kWords);
}
QString rightWord(san::Right right) {
  static constexpr std::array kWords{QT_TR_NOOP("read-only"), QT_TR_NOOP("read-write")};
  return word(right, kWords);
}
QString severityWord(san::Severity severity) {
  static constexpr std::array kWords{QT_TR_NOOP("info"), QT_TR_NOOP("low"), QT_TR_NOOP("medium"),
                                     QT_TR_NOOP("high"), QT_TR_NOOP("critical")};
  return word(severity, kWords);
}
QString chapWord(san::ChapDemand demand) {
  static constexpr std::array kWords{QT_TR_NOOP("no CHAP"), QT_TR_NOOP("one-way CHAP"),
                                     QT_TR_NOOP("mutual CHAP")};
  return word(demand, kWords);
}
QString proofWord(san::Proof proof) {
  static constexpr std::array kWords{QT_TR_NOOP("claimed name"), QT_TR_NOOP("CHAP"),
                                     QT_TR_NOOP("mutual CHAP")};
  return word(proof, kWords);
}

QString agoText(san::Seconds then, san::Seconds now) {
  if (then == 0) return tr("never");
  const bool future = then > now;
  const san::Seconds distance = future ? then - now : now - then;
  QString span;
  if (distance < 60) {
    span = tr("%n s", nullptr, static_cast<int>(distance));
  } else if (distance < 3600) {
    span = tr("%n min", nullptr, static_cast<int>(distance / 60));
  } else if (distance < 2 * 86400) {
    span = tr("%n h", nullptr, static_cast<int>(distance / 3600));
  } else {
    span = tr("%n days", nullptr, static_cast<int>(distance / 86400));
  }
  return (future ? tr("in %1") : tr("%1 ago")).arg(span);
}

QString timeText(san::Seconds time) {
  if (time == 0) return tr("never");
  return QDateTime::fromSecsSinceEpoch(time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString bytesText(std::uint64_t bytes) { return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeIecFormat); }

}  // namespace console
