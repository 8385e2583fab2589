import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends a connection whose request does not arrive, or is not answered, in time.
///
/// An idle time-out does not end a body that drips a byte now and then; this deadline is absolute. It begins with the
/// first byte of the head. One timer a
/// connection, moved only when it fires, so that a request costs no timer of its own.
final class RequestDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let arrival: TimeAmount
    private let answer: TimeAmount
    /// Until when what is under way must be done; nil while nothing is.
    private var deadline: NIODeadline?
    /// The response under way; looked at only when its time is up.
    private var response: HTTPResponse?
    private var timer: Scheduled<Void>?
    /// When the timer fires.
    private var timerAt: NIODeadline = .distantFuture

    /// - Parameters:
    ///   - arrival: from the request's head to the end of its body.
    ///   - answer: from there to the end of the response.
    init(arrival: TimeAmount, answer: TimeAmount) {
        self.arrival = arrival
        self.answer = answer
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let own = context
        let first = FirstByteHandler { [unowned self] _ in
            // Nothing is under way: these are the first bytes of the next request's head.
            if deadline == nil { set(.now() + arrival, own) }
        }
        do {
            try context.pipeline.syncOperations.addHandler(first, position: .first)
        } catch {
            context.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: set(.now() + arrival, context)
        case .body: break
        case .end: set(.now() + answer, context)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): response = head
        case .body: break
        case .end:
            deadline = nil
            response = nil
        }
        context.write(data, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    private func set(_ moment: NIODeadline, _ context: ChannelHandlerContext) {
        deadline = moment
        if timer == nil || moment < timerAt { schedule(moment, context) }
    }

    private func schedule(_ moment: NIODeadline, _ context: ChannelHandlerContext) {
        timer?.cancel()
        timerAt = moment
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: moment) { [self] in
            timer = nil
            guard let deadline else { return }
            if deadline > .now() {
                schedule(deadline, context)
            } else if response?.headerFields[.contentType]?.hasPrefix("text/event-stream") == true {
                // Events flow for as long as somebody watches.
                self.deadline = nil
            } else {
                context.close(promise: nil)
            }
        }
    }
}
