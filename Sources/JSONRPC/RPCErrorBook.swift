import Specification
import StrictJSON

/// The errors of a document, ready to be answered.
struct RPCErrorBook: Sendable {
    private let byName: [RPCErrorName: RenderedError]
    private let byEvent: [OpenRPCProtocol.Event: RenderedError]

    init(_ document: OpenRPCDocument) {
        byName = Dictionary(
            uniqueKeysWithValues: document.errors.map { (RPCErrorName(rawValue: $0.name), RenderedError($0)) })
        byEvent = Dictionary(
            uniqueKeysWithValues: OpenRPCProtocol.Event.allCases.map {
                ($0, RenderedError(document.error(for: $0)))
            })
    }

    subscript(name: RPCErrorName) -> RenderedError? { byName[name] }

    subscript(event: OpenRPCProtocol.Event) -> RenderedError {
        guard let error = byEvent[event] else { preconditionFailure("no error for \(event.rawValue)") }
        return error
    }
}
