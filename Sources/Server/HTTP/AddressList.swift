#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Addresses and networks, IPv4 and IPv6.
public struct AddressList: Sendable, Hashable, ExpressibleByArrayLiteral {
    private var networks: [Network]

    private struct Network: Sendable, Hashable {
        let bytes: [UInt8]
        let prefix: Int
    }

    /// For lists that stand in the program: an element that is no address or network is left out without a word. Read
    /// text from outside with ``init(_:)``.
    public init(arrayLiteral elements: String...) {
        networks = elements.compactMap(Self.network)
    }

    /// Reads `10.0.0.0/8, 185.234.113.1, ::1`; nil if a part is no address or network.
    public init?(_ text: String) {
        networks = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            guard let network = Self.network(trimmed) else { return nil }
            networks.append(network)
        }
    }

    /// Whether no address is on the list.
    public var isEmpty: Bool { networks.isEmpty }

    /// Whether the address, without a port, is on the list. An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) counts as
    /// IPv4. What is no address is not on it.
    public func contains(_ address: String) -> Bool {
        guard let bytes = Self.bytes(of: address) else { return false }
        return networks.contains { network in
            network.bytes.count == bytes.count && Self.areEqual(network.bytes, bytes, bits: network.prefix)
        }
    }

    private static func network(_ text: String) -> Network? {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = halves.first, let bytes = bytes(of: String(first)) else { return nil }
        guard halves.count == 2 else { return Network(bytes: bytes, prefix: bytes.count * 8) }
        guard let prefix = Int(halves[1]), String(prefix) == halves[1], (0...bytes.count * 8).contains(prefix) else {
            return nil
        }
        return Network(bytes: bytes, prefix: prefix)
    }

    private static func areEqual(_ a: [UInt8], _ b: [UInt8], bits: Int) -> Bool {
        let whole = bits / 8
        guard a.prefix(whole) == b.prefix(whole) else { return false }
        let rest = bits % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - rest))
        return a[whole] & mask == b[whole] & mask
    }

    private static func bytes(of address: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 {
            return withUnsafeBytes(of: &four) { Array($0) }
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, address, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
    }
}
