import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends a connection whose request does not arrive, or is not answered, in time; and tells a client that asks before
/// it sends its body (`Expect: 100-continue`) to go on.
///
/// An idle time-out does not end a request that drips a byte now and then; this deadline is absolute. One timer a
/// connection, moved only when it fires, so that a request costs no timer of its own. By the same timer it ends a
/// connection that has nothing to say when places are scarce.
final class RequestDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var deadline: RequestDeadline
    private let linger: TimeAmount
    private let places: ConnectionPlaces
    /// How long a connection may be idle when places are scarce.
    private let patience = TimeAmount.seconds(5)
    /// When the last answer ended.
    private var idleSince: NIODeadline?
    private var wire: WireHandler?
    private var context: ChannelHandlerContext?
    /// The response under way; looked at only when its time is up.
    private var response: HTTPResponse?
    private var timer: Scheduled<Void>?
    /// When the timer fires.
    private var timerAt: NIODeadline = .distantFuture

    /// - Parameters:
    ///   - linger: how long an answer that is not yet sent holds up the connection's end.
    ///   - places: of all connections; this one takes one until it is closed.
    init(_ deadline: RequestDeadline, linger: TimeAmount, places: ConnectionPlaces) {
        self.deadline = deadline
        self.linger = linger
        self.places = places
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        places.take()
        context.channel.closeFuture.whenComplete { [places] _ in places.leave() }
        OldVersionHandler.add(to: context.pipeline)
        // Parts of a request come here only when they are whole, so the bytes are watched where they come in.
        let wire = WireHandler(linger: linger) { [weak self] in
            guard let self else { return }
            deadline.bytesCame(at: now)
            watchTime()
        }
        self.wire = wire
        try? context.pipeline.syncOperations.addHandler(wire, position: .first)
    }

    /// Who connects has something to say: the first request's time begins now, or silent connections could take every
    /// place there is.
    func channelActive(context: ChannelHandlerContext) {
        deadline.bytesCame(at: now)
        watchTime()
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            deadline.headCame(at: now)
            // In the middle of another response nothing can be said.
            if deadline.unanswered == 1, Self.asksToContinue(head) {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body: break
        case .end: deadline.requestEnded(at: now)
        }
        watchTime()
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): response = head
        case .body: deadline.responseWentOn(at: now)
        case .end:
            response = nil
            let now = now
            deadline.responseEnded(at: now)
            idleSince = now
            watchTime()
        }
        context.write(data, promise: promise)
    }

    private static func asksToContinue(_ head: HTTPRequest) -> Bool {
        head.headerFields.first { $0.name == .expect }?.value.lowercased() == "100-continue"
    }

    private func watchTime() {
        guard let end = deadline.end ?? idleEnd, timer == nil || end < timerAt else { return }
        schedule(end)
    }

    /// When a connection on which nothing is under way has been idle for too long, should places be scarce then.
    private var idleEnd: NIODeadline? {
        deadline.unanswered == 0 ? idleSince.map { $0 + patience } : nil
    }

    private func schedule(_ moment: NIODeadline) {
        timer?.cancel()
        timerAt = moment
        timer = context?.eventLoop.assumeIsolated().scheduleTask(deadline: moment) { [self] in
            timer = nil
            guard let end = deadline.end else { return endIfInTheWay() }
            if end > now {
                schedule(end)
            } else if response?.headerFields[.contentType]?.hasPrefix("text/event-stream") == true {
                deadline.responseIsEndless()
                watchTime()
            } else {
                wire?.stopLingering()
                context?.close(promise: nil)
            }
        }
    }

    private func endIfInTheWay() {
        guard let end = idleEnd else { return }
        if end > now {
            schedule(end)
        } else if places.areScarce {
            context?.close(promise: nil)
        } else {
            schedule(now + patience)
        }
    }

    /// The loop's own time, so that a test can move it.
    private var now: NIODeadline { context?.eventLoop.now ?? .now() }

    private func stop() {
        timer?.cancel()
        timer = nil
    }
}
