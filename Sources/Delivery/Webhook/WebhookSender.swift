public import Payments

/// What a webhook says.
public struct WebhookMessage: Sendable, Hashable {
    /// The value of `webhook-id`: the same at every attempt, without a full stop.
    public let id: String
    /// JSON, in UTF-8: the same bytes at every attempt.
    public let body: [UInt8]

    /// - Parameters:
    ///   - id: see ``id``.
    ///   - body: see ``body``.
    public init(id: String, body: [UInt8]) {
        self.id = id
        self.body = body
    }
}

/// Sends webhooks to one receiver, one attempt at a time.
///
/// Source: Standard Webhooks 1.0.
public struct WebhookSender: Sendable {
    private let target: OutboundTarget
    private let signer: WebhookSigner
    private let client: OutboundClient
    private let clock: TimeSource

    /// - Parameters:
    ///   - client: with ``OutboundLimits/webhook``; who made it shuts it down.
    ///   - clock: what the time in the signature comes from. It must be right: receivers refuse what is five minutes
    ///     off.
    public init(target: OutboundTarget, signer: WebhookSigner, client: OutboundClient, clock: TimeSource) {
        self.target = target
        self.signer = signer
        self.client = client
        self.clock = clock
    }

    /// Signs it as of now, sends it once, and returns if the receiver took it: any status of 200 to 299.
    ///
    /// - Throws: ``DeliveryFailure``; `CancellationError` if the task was cancelled.
    public func send(_ message: WebhookMessage) async throws {
        let answer: OutboundAnswer
        do {
            // Not the time of the event: a receiver takes a message that is old for a replay.
            let headers = signer.headers(id: message.id, timestamp: clock.now / 1_000, body: message.body)
            answer = try await client.post(to: target, headers: headers, body: message.body)
        } catch let error as OutboundError {
            throw DeliveryFailure(error.description, scope: .receiver)
        }
        guard !(200..<300).contains(answer.status) else { return }
        throw failure(answer)
    }

    private func failure(_ answer: OutboundAnswer) -> DeliveryFailure {
        let retryAfter = answer.header("retry-after").flatMap { RetryAfter.milliseconds($0, now: clock.now) }
        switch answer.status {
        case 410:
            return DeliveryFailure("HTTP 410: it wants no more webhooks", scope: .receiver, isGone: true)
        // 500 too: a shop whose database is down says nothing else. One message that it stumbles over does not make it
        // seem away: that takes several in a row.
        case 408, 429, 500..<600:
            return DeliveryFailure("HTTP \(answer.status)", scope: .receiver, retryAfter: retryAfter)
        case 300..<400:
            return DeliveryFailure(
                "HTTP \(answer.status): redirects are not followed", scope: .delivery, retryAfter: retryAfter)
        default:
            return DeliveryFailure("HTTP \(answer.status)", scope: .delivery, retryAfter: retryAfter)
        }
    }
}
