// Answering once, for an object that lives as long as its question.
//
// Who is answered may end what the object hangs on, and with it the object: so the answer comes through the event loop,
// with nothing of the object, its sockets or its callback on the stack. The UI thread.
#pragma once

#include <QObject>
#include <QPointer>
#include <functional>

namespace console {

// `answer` is called later, unless the object goes before; then the object goes. Once for an object.
inline void answerAndGo(QObject* object, std::function<void()> answer) {
  const auto call = [self = QPointer<QObject>(object), answer = std::move(answer)] {
    answer();
    if (self) self->deleteLater();
  };
  QMetaObject::invokeMethod(object, call, Qt::QueuedConnection);
}

}  // namespace console
