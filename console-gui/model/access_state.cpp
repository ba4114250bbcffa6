#include "console-gui/model/access_state.h"

#include <QCoreApplication>
#include <QStringList>

namespace console {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("Access", text); }

struct StateWords {
  const char* word;
  const char* meaning;
};
constexpr std::array<StateWords, kAccessStates> kStateWords{{
    {QT_TRANSLATE_NOOP("Access", "no way between them"),
     QT_TRANSLATE_NOOP("Access", "Nothing joins the host and the logical unit.")},
    {QT_TRANSLATE_NOOP("Access", "not found, entry unknown"),
     QT_TRANSLATE_NOOP("Access", "The host does not find it. Whether it would get in, nobody who reports knows.")},
    {QT_TRANSLATE_NOOP("Access", "reachable and approved"),
     QT_TRANSLATE_NOOP("Access", "It works, and somebody approved it.")},
    {QT_TRANSLATE_NOOP("Access", "visible only"),
     QT_TRANSLATE_NOOP("Access", "The host finds it and does not get in: a zone without a right.")},
    {QT_TRANSLATE_NOOP("Access", "unknown"), QT_TRANSLATE_NOOP("Access", "Nobody who reports knows whether it works.")},
    {QT_TRANSLATE_NOOP("Access", "permitted only"),
     QT_TRANSLATE_NOOP("Access", "The host gets in where it knows the address, though no zone shows it.")},
    {QT_TRANSLATE_NOOP("Access", "approved, not reachable"),
     QT_TRANSLATE_NOOP("Access", "Somebody approved it, and it does not work.")},
    {QT_TRANSLATE_NOOP("Access", "reachable, not approved"),
     QT_TRANSLATE_NOOP("Access", "It works, and nobody approved it.")},
    {QT_TRANSLATE_NOOP("Access", "separation violation"),
     QT_TRANSLATE_NOOP("Access", "It works, and a separation rule forbids it.")},
}};

}  // namespace

QString accessWord(AccessState state) { return tr(kStateWords[static_cast<std::size_t>(state)].word); }
QString accessMeaning(AccessState state) { return tr(kStateWords[static_cast<std::size_t>(state)].meaning); }

QString turnWord(san::Turn turn) {
  static constexpr std::array kWords{QT_TRANSLATE_NOOP("Access", "gained"), QT_TRANSLATE_NOOP("Access", "lost"),
                                     QT_TRANSLATE_NOOP("Access", "another right")};
  return tr(kWords[static_cast<std::size_t>(turn)]);
}

QString lookWords(const CellLook& look) {
  QStringList words{accessWord(look.state)};
  if (look.readOnly) words << tr("read-only");
  if (look.session) words << tr("in use now");
  if (look.old) words << tr("as the agent last said, it is silent");
  if (look.changed) words << tr("changed: %1").arg(turnWord(look.turn));
  return words.join(QStringLiteral(", "));
}

}  // namespace console
