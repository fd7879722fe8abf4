@echo off
rem Builds Muster and runs it. MSBuild decides itself what is up to date here.
setlocal
set "ROOT=%~dp0"
dotnet build "%ROOT%src\Muster.Cli" -c Release -v q -nologo -clp:NoSummary -p:RunAnalyzers=false || exit /b 1
set "SERVES="
if /i "%~1"=="up" set "SERVES=1"
if /i "%~1"=="hub" set "SERVES=1"
if defined SERVES if not exist "%ROOT%web\dist\index.html" (
  call npm --prefix "%ROOT%web" ci || exit /b 1
  call npm --prefix "%ROOT%web" run build || exit /b 1
)
if not defined MUSTER_SITE set "MUSTER_SITE=%ROOT%web\dist"
dotnet "%ROOT%src\Muster.Cli\bin\Release\net10.0\muster.dll" %*
exit /b %ERRORLEVEL%
