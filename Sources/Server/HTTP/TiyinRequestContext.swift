public import Hummingbird
import NIOCore

/// What a request knows beside its head and body: its logger, and where it came from.
public struct TiyinRequestContext: RequestContext, PeerAddressContext {
    /// What Hummingbird keeps of a request: logger, id, path parameters.
    public var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    /// The address of the connection, without a port; nil for a Unix socket. Made when it is asked for.
    public var peerAddress: String? { channel.remoteAddress?.ipAddress }

    /// Made by Hummingbird for each request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// A request context that knows the address of its connection.
///
/// Conform your own context to it when you mount the routes in your own application; without it the address list and
/// the trusted proxies see no address.
public protocol PeerAddressContext: RequestContext {
    /// The address of the connection, without a port; nil if it has none: an address list then admits nobody.
    var peerAddress: String? { get }
}
