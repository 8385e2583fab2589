import Specification
import StrictJSON

extension RPCDispatcher {
    /// Runs a handler and makes an answer of whatever it does.
    func call(_ method: RPCBoundMethod<Context>, _ request: RPCRequest, _ context: Context) async -> RPCAnswer {
        do {
            let result = try await method.handler(request.params, context)
            return RPCAnswer(try await Self.body(of: result, request.id), id: request.id, method: method.name)
        } catch let failure as RPCFailure {
            return answer(failure, method, request)
        } catch {
            return internalError(method, request, because: error)
        }
    }

    private static func body(of result: RPCResult, _ id: JSONValue) async throws -> RPCAnswer.Body {
        switch result {
        case .value(let value): .bytes(RenderedResult.answer(id: id, value: value))
        case .bytes(let bytes): .bytes(RenderedResult.answer(id: id, bytes: bytes))
        case .stream(let chunks): .stream(try await RPCAnswerStream(chunks, id: id))
        }
    }

    private func answer(
        _ failure: RPCFailure, _ method: RPCBoundMethod<Context>, _ request: RPCRequest
    ) -> RPCAnswer {
        func breach(_ problem: String) -> RPCContractBreach {
            RPCContractBreach(method: method.name, error: failure.name, problem: problem)
        }
        guard let error = method.errors[failure.name] else {
            return internalError(method, request, because: breach("which it did not say it raises"))
        }
        // An answer that lacks its data still tells the caller more than an internal error would.
        let lacksData = error.needsData && failure.data == nil
        return RPCAnswer(
            .bytes(error.answer(id: request.id, data: failure.data, text: failure.message)),
            id: request.id, method: method.name, error: error,
            underlyingError: lacksData ? breach("without the data it needs") : nil)
    }

    private func internalError(
        _ method: RPCBoundMethod<Context>, _ request: RPCRequest, because error: any Error
    ) -> RPCAnswer {
        var answer = failure(for: .internalError, id: request.id, underlyingError: error)
        answer.method = method.name
        return answer
    }
}
