import Dispatch
import Foundation

/// Finds the addresses of a name.
public struct AddressResolver: Sendable {
    private let find: @Sendable (String) async throws -> [IPAddress]

    /// - Parameter find: gets a name, or an address in whatever spelling, and answers its addresses, the best first;
    ///   what it throws means that there are none.
    public init(_ find: @escaping @Sendable (String) async throws -> [IPAddress]) {
        self.find = find
    }

    /// As the system finds them, `/etc/hosts` and every spelling of a number included.
    public static let system = AddressResolver { name in
        await withCheckedContinuation { continuation in
            // It blocks, for as long as the system's resolver pleases: a thread of its own.
            DispatchQueue(label: "tiyin.resolver").async { continuation.resume(returning: lookUp(name)) }
        }
    }

    /// Each address once; empty if there are none, or it could not be found out.
    func addresses(of name: String) async -> [IPAddress] { (try? await find(name)) ?? [] }

    private static func lookUp(_ name: String) -> [IPAddress] {
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, nil, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = IPAddress(entry), !found.contains(address) else { continue }
            found.append(address)
        }
        return found
    }
}

extension IPAddress {
    fileprivate init?(_ entry: addrinfo) {
        guard let pointer = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET:
            let address = pointer.loadUnaligned(as: sockaddr_in.self).sin_addr
            self.init(bytes: withUnsafeBytes(of: address) { Array($0) })
        case AF_INET6:
            let address = pointer.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self.init(bytes: withUnsafeBytes(of: address) { Array($0) })
        default: return nil
        }
    }
}
