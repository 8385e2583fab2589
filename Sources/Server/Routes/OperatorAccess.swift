import Hummingbird

/// Who sees `/ready` and `/metrics`. They ask for no key and tell how business goes.
struct OperatorAccess: Sendable {
    /// Nil: anybody.
    let addresses: AddressList?
    let clientAddress: ClientAddress

    /// Whether the caller has an address of the list; one whose address nobody knows has none.
    func admits(_ request: Request, _ context: some RequestContext) -> Bool {
        guard let addresses else { return true }
        let peer = (context as? any PeerAddressContext)?.peerAddress
        return clientAddress.of(request, peer: peer).map(addresses.contains) ?? false
    }
}
