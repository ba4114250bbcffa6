#include "console-gui/model/access_state.h"

#include "console-gui/client/tr.h"

#include <QStringList>

namespace console {
namespace {

struct StateWords {
  const char* word;
  const char* meaning;
};
constexpr std::array<StateWords, kAccessStates> kStateWords{{
    {QT_TR_NOOP("no way between them"),
     QT_TR_NOOP("Nothing joins the host and the logical unit.")},
    {QT_TR_NOOP("not found, entry unknown"),
     QT_TR_NOOP("The host does not find it. Whether it would get in, nobody who reports knows.")},
    {QT_TR_NOOP("reachable and approved"),
     QT_TR_NOOP("It works, and somebody approved it.")},
    {QT_TR_NOOP("visible only"),
     QT_TR_NOOP("The host finds it and does not get in: a zone without a right.")},
    {QT_TR_NOOP("unknown"), QT_TR_NOOP("Nobody who reports knows whether it works.")},
    {QT_TR_NOOP("permitted only"),
     QT_TR_NOOP("The host gets in where it knows the address, though no zone shows it.")},
    {QT_TR_NOOP("approved, not reachable"),
     QT_TR_NOOP("Somebody approved it, and it does not work.")},
    {QT_TR_NOOP("reachable, not approved"),
     QT_TR_NOOP("It works, and nobody approved it.")},
    {QT_TR_NOOP("separation violation"),
     QT_TR_NOOP("It works, and a separation rule forbids it.")},
}};

}  // namespace

QString accessWord(AccessState state) { return tr(kStateWords[static_cast<std::size_t>(state)].word); }
QString accessMeaning(AccessState state) { return tr(kStateWords[static_cast<std::size_t>(state)].meaning); }

QString turnWord(san::Turn turn) {
  static constexpr std::array kWords{QT_TR_NOOP("gained"), QT_TR_NOOP("lost"),
                                     QT_TR_NOOP("another right")};
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
