#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Networks that notifications come from, IPv4 and IPv6.
///
/// Source: yookassa.md 14
public struct YooKassaSenders: Sendable, Hashable {
    private struct Network: Sendable, Hashable {
        let bytes: [UInt8]
        let prefix: Int
    }

    private let networks: [Network]

    /// - Parameter list: addresses, and networks with a slash: `185.71.76.0/27`.
    /// - Throws: ``YooKassaSetupError`` for what is neither.
    public init(_ list: [String]) throws(YooKassaSetupError) {
        var networks: [Network] = []
        for text in list {
            let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = halves.first, let bytes = Self.bytes(of: String(first)) else {
                throw YooKassaSetupError("\(text) is no address and no network")
            }
            var prefix = bytes.count * 8
            if halves.count == 2 {
                guard let number = Int(halves[1]), (0...prefix).contains(number) else {
                    throw YooKassaSetupError("\(text) is no address and no network")
                }
                prefix = number
            }
            networks.append(Network(bytes: bytes, prefix: prefix))
        }
        self.networks = networks
    }

    /// Whether the address, without a port, is in one of the networks. An IPv4 address inside IPv6 (`::ffff:10.0.0.1`)
    /// counts as IPv4. What is no address is in none.
    public func contains(_ address: String) -> Bool {
        guard let bytes = Self.bytes(of: address) else { return false }
        return networks.contains { network in
            guard network.bytes.count == bytes.count else { return false }
            return (0..<bytes.count).allSatisfy { index in
                let bits = min(max(network.prefix - index * 8, 0), 8)
                let mask = bits == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - bits))
                return network.bytes[index] & mask == bytes[index] & mask
            }
        }
    }

    private static func bytes(of address: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        guard inet_pton(AF_INET6, address, &six) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? Array(bytes.suffix(4)) : bytes
    }
}
