public import Specification
public import StrictJSON

extension RPCDispatcher {
    /// The answer to a protocol event, such as ``OpenRPCProtocol/Event/notPost``, that needs no body to be seen.
    ///
    /// - Parameters:
    ///   - event: what happened
    ///   - id: the id of the request, if it is known
    ///   - data: the error's `data`
    ///   - underlyingError: kept in the answer for the log, never sent
    public func failure(
        for event: OpenRPCProtocol.Event, id: JSONValue = .null, data: JSONValue? = nil,
        underlyingError: (any Error)? = nil
    ) -> RPCAnswer {
        failure(errors[event], id, data, underlyingError)
    }

    /// The answer that is an error of the document, by its name. A name that the document does not have is answered
    /// as an internal error.
    public func failure(
        _ name: RPCErrorName, id: JSONValue = .null, data: JSONValue? = nil, underlyingError: (any Error)? = nil
    ) -> RPCAnswer {
        guard let error = errors[name] else {
            let breach = RPCContractBreach(method: "the transport", error: name, problem: "which does not exist")
            return failure(for: .internalError, id: id, underlyingError: underlyingError ?? breach)
        }
        return failure(error, id, data, underlyingError)
    }

    private func failure(
        _ error: RenderedError, _ id: JSONValue, _ data: JSONValue?, _ underlyingError: (any Error)?
    ) -> RPCAnswer {
        style.apply(
            to: RPCAnswer(
                .bytes(error.answer(id: id, data: data)), id: id, error: error, underlyingError: underlyingError))
    }
}
