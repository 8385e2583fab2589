import HTTPTypes
import Hummingbird

/// Who really calls, when proxies stand between.
struct ClientAddress: Sendable {
    let trustedProxies: AddressList

    /// The nearest address that is not one of our own proxies: X-Forwarded-For is believed only as far as they wrote it.
    func of(_ request: Request, peer: String?) -> String? {
        guard let peer else { return nil }
        guard trustedProxies.contains(peer), let forwarded = request.headers[.xForwardedFor] else { return peer }
        var address = peer
        for hop in forwarded.split(separator: ",", omittingEmptySubsequences: false).reversed() {
            address = String(hop.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            guard trustedProxies.contains(address) else { return address }
        }
        return address
    }

    /// The same, from the connection that a context knows; nil if it knows none.
    func of(_ request: Request, _ context: some RequestContext) -> String? {
        of(request, peer: (context as? any PeerAddressContext)?.peerAddress)
    }

    /// Whether the caller is on that list; nil: there is none, and everybody is.
    func isAllowed(_ list: AddressList?, _ request: Request, _ context: some RequestContext) -> Bool {
        guard let list else { return true }
        guard let address = of(request, context) else { return false }
        return list.contains(address)
    }
}

extension HTTPField.Name {
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let idempotencyReplayed = HTTPField.Name("Idempotency-Replayed")!
    static let requestID = HTTPField.Name("X-Request-Id")!
}
