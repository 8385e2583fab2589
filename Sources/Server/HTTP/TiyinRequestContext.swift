public import Hummingbird
import NIOCore

/// What a request knows beside its head and body: its logger, and where it came from.
public struct TiyinRequestContext: RequestContext, PeerAddressContext {
    public var coreContext: CoreRequestContextStorage
    /// The address of the connection, without a port; nil for a Unix socket.
    public let peerAddress: String?

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress
    }
}

/// A request context that knows the address of its connection.
///
/// Conform your own context to it when you mount the routes in your own application; without it the address list and
/// the trusted proxies see no address.
public protocol PeerAddressContext: RequestContext {
    var peerAddress: String? { get }
}
