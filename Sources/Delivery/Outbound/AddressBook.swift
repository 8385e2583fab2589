import Synchronization

/// The addresses of names, as they were found a moment ago. Who asks while somebody looks gets the same answer: names
/// that nobody answers for take one thread each, not one for every call.
final class AddressBook: Sendable {
    private struct Entry {
        var lookup: Task<[IPAddress], Never>?
        var addresses: [IPAddress] = []
        var isGoodUntil: ContinuousClock.Instant?
    }

    private let resolver: AddressResolver
    private let keptFor: Duration
    private let entries = Mutex<[String: Entry]>([:])

    /// - Parameter keptFor: how long an answer is good for.
    init(_ resolver: AddressResolver, keptFor: Duration) {
        self.resolver = resolver
        self.keptFor = keptFor
    }

    /// Empty if there are none.
    func addresses(of name: String) async -> [IPAddress] {
        let found: Result<[IPAddress], Pending> = entries.withLock { entries in
            let entry = entries[name] ?? Entry()
            if let lookup = entry.lookup { return .failure(Pending(lookup: lookup)) }
            if let limit = entry.isGoodUntil, ContinuousClock.now < limit { return .success(entry.addresses) }
            let lookup = Task { await lookUp(name) }
            entries[name] = Entry(lookup: lookup)
            return .failure(Pending(lookup: lookup))
        }
        switch found {
        case .success(let addresses): return addresses
        case .failure(let pending): return await pending.lookup.value
        }
    }

    private struct Pending: Error {
        let lookup: Task<[IPAddress], Never>
    }

    private func lookUp(_ name: String) async -> [IPAddress] {
        let addresses = await resolver.addresses(of: name)
        // "None" is not kept: it may have been an accident.
        let limit = addresses.isEmpty ? nil : ContinuousClock.now + keptFor
        entries.withLock { $0[name] = Entry(addresses: addresses, isGoodUntil: limit) }
        return addresses
    }
}
